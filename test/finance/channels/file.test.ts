/** The channels that stay on this machine. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileChannel } from '../../../packs/finance/adapters/file-channel/file.ts';
import { stdoutChannel } from '../../../packs/finance/adapters/file-channel/stdout.ts';
import { channelContext } from '../../support/channel-context.ts';
import { temporaryFolder } from '../../support/host.ts';
import { mixedRow, noticeRow } from '../../support/notice.ts';

const to = (folder: string, path: string) =>
  fileChannel({ folder, channel: { name: 'log', to: { type: 'file', path } } });

const lines = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a file', () => {
  it('gets one line for each notice, for its owner alone', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'alerts/log.jsonl');
    for (const row of [noticeRow(), mixedRow(), mixedRow()]) {
      expect(await to(folder, 'alerts/log.jsonl').send(row, null)).toMatchObject({
        kind: 'delivered',
      });
    }
    const [first, second, again] = lines(file) as { id: string; schema: string }[];
    expect(first!.schema).toBe('brctl.finance/alert-notice/v1');
    expect(second!.id).not.toBe(first!.id);
    expect(again).toEqual(second);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('takes many at once, each line whole', async () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 30 }, (_, i) => noticeRow({ key: String(i) }));
    await Promise.all(rows.map((row) => to(folder, 'log.jsonl').send(row, null)));
    const ids = lines(join(folder, 'log.jsonl')).map((line) => (line as { id: string }).id);
    expect(new Set(ids).size).toBe(30);
  });

  it('may be anywhere that the config names in full', async () => {
    const folder = temporaryFolder();
    const file = join(temporaryFolder(), 'log.jsonl');
    await to(folder, file).send(noticeRow(), null);
    expect(lines(file)).toHaveLength(1);
  });

  it('does not lose a notice after a line that was cut short', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'log.jsonl');
    writeFileSync(file, '{"schema":"brctl.fin', { mode: 0o640 });
    await to(folder, 'log.jsonl').send(noticeRow(), null);
    const [cut, whole, end] = readFileSync(file, 'utf8').split('\n');
    expect([cut, end]).toEqual(['{"schema":"brctl.fin', '']);
    expect(JSON.parse(whole!)).toHaveProperty('id');
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it.each(['../log.jsonl', 'a/../../log.jsonl', '..', '', 'a/', 'a\0b'])(
    'is not %j',
    async (path) => {
      const folder = join(temporaryFolder(), 'data');
      mkdirSync(folder);
      const delivery = await to(folder, path).send(noticeRow(), null);
      expect(delivery).toMatchObject({ kind: 'refused', cause: 'client' });
    },
  );

  it('is no folder, no pipe, and in a folder that is there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const path of ['folder', 'pipe', join(folder, 'missing/log.jsonl')]) {
      const delivery = await to(folder, path).send(noticeRow(), null);
      expect(delivery).toMatchObject({ kind: 'refused', cause: 'client' });
    }
  });

  it('is no device', async () => {
    const delivery = await to(temporaryFolder(), '/dev/full').send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'refused', cause: 'client' });
  });
});

describe('standard output', () => {
  it('gets the notice as text', async () => {
    const context = channelContext();
    await stdoutChannel(context).send(noticeRow(), null);
    expect(context.printed.out).toMatch(/^CRITICAL budget\/weekly_spend\/90: 112\.60 USD/);
    expect(context.printed.out.endsWith('\n\n')).toBe(true);
    expect(context.printed.err).toBe('');
  });
});
