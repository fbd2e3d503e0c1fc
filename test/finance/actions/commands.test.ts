/** What the commands about actions say: of a dry run, and of what is held back. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actionsListCommand, actionsRunCommand } from '../../../packs/finance/actions/commands.ts';
import { openActions } from '../../../packs/finance/wire-actions.ts';
import { bytesOf, command, validActions } from '../../support/action-command.ts';
import { actionConfig, firing, place } from '../../support/action-ports.ts';
import { NOON } from '../../support/actions.ts';
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
