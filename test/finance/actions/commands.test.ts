/** What the commands about actions say and tell: of a dry run, of what is held back and undone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  actionsListCommand,
  actionsRunCommand,
  actionsUndoCommand,
} from '../../../packs/finance/actions/commands.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { openActions } from '../../../packs/finance/wire-actions.ts';
import { bytesOf, command, validActions } from '../../support/action-command.ts';
import { actionConfig, firing, place } from '../../support/action-ports.ts';
import { HOUR, NOON } from '../../support/actions.ts';
import { temporaryFolder } from '../../support/host.ts';
import { closedOrigin } from '../../support/scripted-server.ts';

const phases = (report: { entries: readonly { to: string }[] }) =>
  report.entries.map(({ to }) => to);

describe('a dry run', () => {
  it('says what would be done, also by triggers that are off, and touches nothing', async () => {
    const text = actionConfig('kind: exec\napproval: none\nrun: [/bin/false]', false);
    const at = place(temporaryFolder(), text);
    expect(phases(await at.run(NOON))).toEqual([]);
    const open: typeof openActions = async (context, options) => ({
      ...(await openActions(context, options)),
      records: () => [firing()],
    });
    const before = bytesOf(at.root);
    const { json } = await command(at, actionsRunCommand(open), NOON, { dryRun: true });
    expect(validActions(json)).toBe(true);
    expect(json).toMatchObject({ dry_run: true, actions: [{ action: 'cap', state: 'armed' }] });
    expect(json.would).toEqual([
      { action: 'cap', does: 'runs ["/bin/false"]', terms: expect.stringContaining('has no undo') },
    ]);
    expect(bytesOf(at.root)).toBe(before);
  });

  it('of the config as it comes says what the switch to Ollama would do', async () => {
    const shipped = new URL(
      '../../../packs/finance/config/usage-alerts-config.yaml',
      import.meta.url,
    );
    const at = place(temporaryFolder(), readFileSync(shipped, 'utf8'));
    const { json, text, outcome } = await command(at, actionsRunCommand(firingIn), NOON, {
      dryRun: true,
    });
    expect(outcome).toBe('findings');
    expect(json.journal).toMatchObject([{ action: 'switch_to_ollama', to: 'waiting-approval' }]);
    expect(text).toContain('switches to llama3.2 by OPENAI_BASE_URL, OPENAI_MODEL in gateway.env');
    const listed = await command(at, actionsListCommand(firingIn), NOON);
    expect(validActions(listed.json)).toBe(true);
    expect(listed.json.held).toMatchObject([
      { action: 'switch_to_ollama', reason: expect.stringMatching(/^dry run \(enabled: false\)/) },
    ]);
    // Switched on on a machine without either, it changes nothing.
    const on = readFileSync(shipped, 'utf8')
      .replace('enabled: false', 'enabled: true')
      .replace('approval: policy-steward', 'approval: none')
      .replaceAll('http://127.0.0.1:11434', await closedOrigin());
    const report = await place(at.root, on).run(NOON);
    expect(report.instances).toMatchObject([{ phase: 'failed', before: null }]);
  });
});

const firingIn: typeof openActions = async (context, options) => ({
  ...(await openActions(context, options)),
  records: () => [firing()],
});

describe('held back', () => {
  it.each([
    ['outside of its hours', 'kind: exec\nactive_hours: 08:00-09:00\nrun: [/bin/false]', /08:00/],
    ['what nothing defines', undefined, /nothing says what it does/],
  ])('%s it is listed with the reason, and run says it too', async (_, does, reason) => {
    const text = actionConfig(does ?? 'kind: notify_and_audit');
    const at = place(temporaryFolder(), does ? text : text.replace('\n  cap:', '\n  other:'));
    const held = [{ action: 'cap', reason: expect.stringMatching(reason) }];
    expect((await command(at, actionsListCommand(firingIn), NOON)).json.held).toMatchObject(held);
    for (const dryRun of [true, false]) {
      const { json } = await command(at, actionsRunCommand(firingIn), NOON, { dryRun });
      expect(json.held).toMatchObject(held);
    }
  });
});

describe('what was done by hand', () => {
  const DOES = 'kind: exec\napproval: none\nrun: [/bin/true]\nundo: [/bin/true]';
  const roles = [{ role: 'policy-steward', to: 'user:ada', email: 'ada@example.com' }];
  const targetOf = (channel: string) => {
    const text = actionConfig(DOES).replace('type: stdout', channel);
    return place(temporaryFolder(), text.replace('notify: [stdout]', 'notify: [ops]'), { roles });
  };
  const FILE = 'type: file\n      name: ops\n      path: told.jsonl';

  it('is told at once, by run and by undo', async () => {
    const at = targetOf(FILE);
    const told = () => {
      const lines = readFileSync(join(at.root, 'data/finance/told.jsonl'), 'utf8').trim();
      return lines.split('\n').map((line) => JSON.parse(line).alerts[0].message);
    };
    const ran = await command(at, actionsRunCommand(firingIn), NOON);
    expect(validActions(ran.json)).toBe(true);
    expect(ran.json.notices).toMatchObject([{ channel: 'ops', outcome: 'delivered' }]);
    expect(ran.text).toMatch(/^[0-9a-f]{12} +ops +delivered/m);
    expect(told()).toEqual([expect.stringMatching(/^cap done/)]);
    const words = [ran.json.actions[0].id];
    const undone = await command(at, actionsUndoCommand(openActions), NOON + HOUR, { words });
    expect(undone.json.notices).toMatchObject([{ channel: 'ops', outcome: 'delivered' }]);
    expect(told()).toEqual([
      expect.stringMatching(/^cap done/),
      expect.stringMatching(/^cap undone: operator asked to undo it; /),
    ]);
  });

  it('says when it could not be told, after the result', async () => {
    const at = targetOf(
      `type: webhook\n      name: ops\n      url: ${variable('OPS_URL')}\n      secret: s`,
    );
    await expect(command(at, actionsRunCommand(firingIn), NOON)).rejects.toMatchObject({
      code: 'channel-unready',
    });
    expect((await at.run(NOON + 1)).instances).toMatchObject([{ phase: 'switched' }]);
  });

  it('is undone by whom the role is bound to, or without a name', async () => {
    const at = targetOf(FILE);
    const { json } = await command(at, actionsRunCommand(firingIn), NOON);
    const words = [json.actions[0].id];
    const undo = (by?: string) =>
      command(at, actionsUndoCommand(openActions), NOON, {
        words,
        flags: by === undefined ? {} : { by },
      });
    await expect(undo('user:mallory')).rejects.toMatchObject({
      ...{ kind: 'consent', code: 'role-missing' },
      hint: expect.not.stringContaining('bind'),
    });
    expect((await undo('ADA@example.com')).json.journal[0]).toMatchObject({ by: 'user:ada' });
  });

  it('is undone by the operator where nobody is named', async () => {
    const at = targetOf(FILE);
    const { json } = await command(at, actionsRunCommand(firingIn), NOON);
    const words = [json.actions[0].id];
    const undone = await command(at, actionsUndoCommand(openActions), NOON, { words });
    expect(undone.json.journal[0]).toMatchObject({ to: 'restoring', by: 'operator' });
  });
});
