/** Actions carried out over a real state, real servers and files, told in the outbox. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  actionsApproveCommand,
  actionsListCommand,
  actionsUndoCommand,
} from '../../../packs/finance/actions/commands.ts';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { openActions } from '../../../packs/finance/wire-actions.ts';
import { bytesOf, command, validActions } from '../../support/action-command.ts';
import { actionConfig, firing, type Place, place } from '../../support/action-ports.ts';
import { DAY, HOUR, NOON } from '../../support/actions.ts';
import { temporaryFolder } from '../../support/host.ts';
import { LITELLM_KEY, litellmProxy, ollamaServer } from '../../support/litellm.ts';
import { closedOrigin } from '../../support/scripted-server.ts';

const MIDNIGHT = DAY + 24 * HOUR;

async function outboxOf(at: Place) {
  const store = await openAlertStore(at.context(NOON), join(at.root, 'data/finance/state.db'));
  const rows = store.outbox().map(({ row }) => row as NoticeRow);
  store.close();
  return rows;
}

async function litellmPlace(terms = 'approval: none') {
  const proxy = await litellmProxy([{ id: 'dep-1', name: 'gpt-4o', model: 'openai/gpt-4o' }]);
  const ollama = await ollamaServer();
  const text = actionConfig(`kind: switch_to_ollama
${terms}
ollama: { url: "${ollama.origin}", model: llama3.2 }
litellm: { url: "${proxy.origin}", key: "\${LITELLM_KEY}", models: [dep-1] }`);
  const roles = [{ role: 'policy-steward', to: 'user:ada', email: 'ada@example.com' }];
  const at = place(temporaryFolder(), text, { env: { LITELLM_KEY }, roles });
  return { at, proxy, ollama, text };
}

const phases = (report: Awaited<ReturnType<Place['run']>>) => report.entries.map(({ to }) => to);

describe('a switch to Ollama', () => {
  it('is done once, told once, and put back when the day is over', async () => {
    const { at, proxy } = await litellmPlace();
    expect(phases(await at.run(NOON))).toEqual(['armed', 'switching', 'switched']);
    expect(proxy.models[0]!.model).toBe('ollama_chat/llama3.2');
    const requests = proxy.received.length;
    expect(phases(await at.run(NOON + HOUR))).toEqual([]);
    expect(proxy.received.length).toBe(requests);
    expect(phases(await at.run(MIDNIGHT))).toEqual(['restoring', 'restored']);
    expect(proxy.models[0]!.model).toBe('openai/gpt-4o');
    expect(phases(await at.run(MIDNIGHT + 2 * HOUR))).toEqual([]);
    const told = await outboxOf(at);
    expect(told.map(({ sequence }) => sequence)).toEqual([3, 5]);
    expect(told[0]!.alerts[0]!.annotations.message).toMatch(/cap done: .*reported numbers/);
    expect(told[1]!.alerts[0]!.status).toBe('resolved');
  });

  it('is put back when its data is restated, and stays when it is only calm', async () => {
    const { at, proxy } = await litellmPlace();
    await at.run(NOON);
    const calm = firing({ phase: 'resolved', end: 'resolved', endedMs: NOON });
    expect(phases(await at.run(NOON + HOUR, [calm]))).toEqual([]);
    const revised = firing({ phase: 'resolved', end: 'revised', endedMs: NOON });
    expect(phases(await at.run(NOON + HOUR, [revised]))).toEqual(['restoring', 'restored']);
    expect(proxy.models[0]!.model).toBe('openai/gpt-4o');
  });

  it('is not begun where Ollama does not answer; nothing is changed', async () => {
    const { at, proxy, text, ollama } = await litellmPlace();
    const other = text.replace(ollama.origin, await closedOrigin());
    const broken = place(at.root, other, { env: { LITELLM_KEY } });
    expect(phases(await broken.run(NOON))).toEqual(['armed', 'failed']);
    expect(proxy.received).toEqual([]);
    const [failed] = await outboxOf(at);
    expect(failed!.alerts[0]!.annotations.message).toMatch(/cap failed: Ollama refused/);
  });

  it('waits for a steward, who is asked for by name', async () => {
    const { at, proxy } = await litellmPlace('restore: period_end');
    expect(phases(await at.run(NOON))).toEqual(['waiting-approval']);
    const listed = await command(at, actionsListCommand(openActions), NOON);
    expect(listed.outcome).toBe('findings');
    const { id } = listed.json.actions[0];
    const approve = (by: string, dryRun = false) =>
      command(at, actionsApproveCommand(openActions), NOON, {
        ...{ words: [id], flags: { by, comment: 'as agreed' }, dryRun },
      });
    await expect(approve('user:other')).rejects.toMatchObject({ code: 'role-missing' });
    expect((await approve('ada', true)).json.dry_run).toBe(true);
    expect((await approve('ADA@example.com')).json.journal[0]).toMatchObject({
      ...{ to: 'armed', by: 'user:ada', comment: 'as agreed' },
    });
    await expect(approve('ada')).rejects.toMatchObject({ code: 'action-state' });
    expect(proxy.received).toEqual([]);
    expect(phases(await at.run(NOON + 1))).toEqual(['switching', 'switched']);
  });

  it('is undone by hand, and not done again in that period', async () => {
    const { at, proxy } = await litellmPlace();
    await at.run(NOON);
    const { json } = await command(at, actionsListCommand(openActions), NOON);
    const words = { words: [json.actions[0].id.slice(0, 6)] };
    const undone = await command(at, actionsUndoCommand(openActions), NOON, words);
    expect(validActions(undone.json)).toBe(true);
    expect(undone.json.journal.map(({ to }: { to: string }) => to)).toEqual([
      'restoring',
      'restored',
    ]);
    expect(proxy.models[0]!.model).toBe('openai/gpt-4o');
    expect(phases(await at.run(NOON + 3 * HOUR))).toEqual([]);
    await expect(command(at, actionsUndoCommand(openActions), NOON, words)).rejects.toMatchObject({
      code: 'action-state',
    });
  });

  it('that was changed by somebody else has drifted, and is left', async () => {
    const { at, proxy } = await litellmPlace();
    await at.run(NOON);
    proxy.models[0]!.model = 'azure/gpt-5';
    expect(phases(await at.run(MIDNIGHT))).toEqual(['restoring', 'drifted']);
    expect(proxy.models[0]!.model).toBe('azure/gpt-5');
    const { outcome, text } = await command(at, actionsListCommand(openActions), MIDNIGHT);
    expect(outcome).toBe('findings');
    expect(text).toContain('drifted');
  });

  it('whose proxy does not answer is looked at by the next run, and tried again', async () => {
    const { at, proxy } = await litellmPlace();
    await at.run(NOON);
    proxy.fault.method = 'PATCH';
    proxy.fault.step = { status: 502, body: `bad gateway for ${LITELLM_KEY}` };
    const first = await at.run(MIDNIGHT);
    expect(phases(first)).toEqual(['restoring']);
    expect(first.instances[0]).toMatchObject({ phase: 'restoring', attempts: 2 });
    expect(first.instances[0]!.why).toMatch(/; the next run tries again, 2 of 3$/);
    expect(phases(await at.run(MIDNIGHT + 1))).toEqual(['restored']);
  });

  it('leaves no secret anywhere', async () => {
    const { at, proxy } = await litellmPlace();
    proxy.fault.method = 'PATCH';
    proxy.fault.step = ({ headers }) => ({ status: 400, body: `no: ${headers.authorization}` });
    const failed = await at.run(NOON);
    expect(phases(failed)).toContain('failed');
    await at.run(NOON + 2 * HOUR);
    const shown = await command(at, actionsListCommand(openActions), NOON, {
      flags: { all: true },
    });
    for (const text of [bytesOf(at.root), shown.text, JSON.stringify(failed), shown.json]) {
      expect(JSON.stringify(text)).not.toContain(LITELLM_KEY);
    }
  });
});

describe('an env file below the data of the pack', () => {
  it('is named without its folder', async () => {
    const { origin } = await ollamaServer();
    const at = place(
      temporaryFolder(),
      actionConfig(`kind: switch_to_ollama
approval: none
ollama: { url: "${origin}", model: llama3.2 }
env_file: { path: gateway.env, set: { MODEL: llama3.2 } }`),
    );
    const { instances } = await at.run(NOON);
    expect(instances[0]!.why).toMatch(/gateway.env: is not there/);
    const path = join(at.root, 'data/finance/gateway.env');
    writeFileSync(path, 'MODEL=gpt-4o\n');
    await at.run(NOON + 2 * HOUR);
    expect(readFileSync(path, 'utf8')).toBe('MODEL=llama3.2\n');
  });
});

describe('an env file with a reload', () => {
  it('is put back where the reload fails', async () => {
    const root = temporaryFolder();
    const path = join(root, '.env');
    writeFileSync(path, 'OPENAI_MODEL=gpt-4o\n');
    const { origin } = await ollamaServer();
    const text = (reload: string) =>
      actionConfig(`kind: switch_to_ollama
approval: none
cooldown: 0s
ollama: { url: "${origin}", model: llama3.2 }
env_file: { path: "${path}", set: { OPENAI_MODEL: llama3.2 }, reload: [${reload}] }`);
    const failing = place(root, text(`"${process.execPath}", -e, "process.exit(7)"`));
    const report = await failing.run(NOON);
    expect(phases(report)).toEqual(['armed', 'switching', 'failed']);
    expect(report.instances[0]!.why).toMatch(/reload failed: it exited with 7; taken back/);
    expect(readFileSync(path, 'utf8')).toBe('OPENAI_MODEL=gpt-4o\n');
    const working = place(root, text(`"${process.execPath}", --version`));
    expect(phases(await working.run(NOON + 90_000))).toEqual(['armed', 'switching', 'switched']);
    expect(readFileSync(path, 'utf8')).toBe('OPENAI_MODEL=llama3.2\n');
    expect(phases(await working.run(MIDNIGHT))).toEqual(['restoring', 'restored']);
    expect(readdirSync(root).filter((name) => name.startsWith('.env'))).toEqual(['.env']);
  });
});

describe('notify_and_audit', () => {
  it('writes the charges and versions beside the reports, and names the file', async () => {
    const at = place(temporaryFolder(), actionConfig('kind: notify_and_audit\napproval: none'));
    const report = await at.run(NOON);
    expect(phases(report)).toEqual(['armed', 'switching', 'switched']);
    const folder = join(at.root, 'data/finance/reports');
    const names = readdirSync(folder).sort();
    expect(names.map((name) => name.slice(name.lastIndexOf('.')))).toEqual(['.csv', '.json']);
    const audit = JSON.parse(readFileSync(join(folder, names[1]!), 'utf8'));
    expect(audit).toMatchObject({
      schema: 'brctl.finance/action-audit/v1',
      value: '16',
      days: { start: '2026-03-02', end: '2026-03-03' },
      charges: [],
      config: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const told = await outboxOf(at);
    expect(told.at(-1)!.alerts[0]!.annotations.message).toContain(names[1]);
    // What cannot be undone is not.
    expect(phases(await at.run(MIDNIGHT))).toEqual([]);
  });
});

describe('two at once', () => {
  it('one acts, the other says that somebody does', async () => {
    const { at } = await litellmPlace();
    const ports = await at.open(NOON);
    const unlock = ports.state.lock()!;
    expect(await at.run(NOON)).toMatchObject({ isBusy: true, entries: [] });
    unlock();
    expect((await at.run(NOON)).isBusy).toBe(false);
    await ports.close();
  });

  it('runs beside each other switch once', async () => {
    const { at, proxy } = await litellmPlace();
    await Promise.all([at.run(NOON), at.run(NOON), at.run(NOON)]);
    expect(proxy.received.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });
});
