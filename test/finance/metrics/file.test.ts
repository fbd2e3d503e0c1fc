/** The file that node_exporter reads: whole at any moment, and for everybody to read. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  MARK,
  prometheusFile,
} from '../../../packs/finance/adapters/prometheus-file/prometheus-file.ts';
import { temporaryFolder } from '../../support/host.ts';

let ids = 0;
function open(folder: string) {
  const uniqueId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  return prometheusFile({ folder, context: { uniqueId } });
}

const PATH = 'metrics/finops.prom';

it('is made with its folder, for all to read, whatever the umask', async () => {
  const folder = temporaryFolder();
  const before = process.umask(0o077);
  try {
    mkdirSync(join(folder, 'metrics'));
    await open(folder).write(PATH, 'a 1\n');
  } finally {
    process.umask(before);
  }
  expect(readFileSync(join(folder, PATH), 'utf8')).toBe(`${MARK}a 1\n`);
  expect(statSync(join(folder, PATH)).mode & 0o777).toBe(0o644);
});

it('is whole at any moment, however many write it', async () => {
  const folder = temporaryFolder();
  const text = (i: number): string => `${`metric{writer="${i}"} 1\n`.repeat(5000)}`;
  await open(folder).write(PATH, text(0));
  let isDone = false;
  const writing = Promise.all(
    Array.from({ length: 24 }, (_, i) => open(folder).write(PATH, text(i))),
  ).then(() => {
    isDone = true;
  });
  const all = new Set(Array.from({ length: 24 }, (_, i) => MARK + text(i)));
  let reads = 0;
  while (!isDone) {
    expect(all.has(readFileSync(join(folder, PATH), 'utf8'))).toBe(true);
    // A draft has an ending that is not looked at.
    const others = readdirSync(join(folder, 'metrics')).filter((name) => name !== 'finops.prom');
    expect(others.every((name) => name.endsWith('.tmp'))).toBe(true);
    reads += 1;
    await new Promise((next) => setImmediate(next));
  }
  await writing;
  expect(reads).toBeGreaterThan(0);
  expect(readdirSync(join(folder, 'metrics'))).toEqual(['finops.prom']);
});

it('stays as it was where the new one cannot be written', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, PATH), { recursive: true });
  const write = open(folder).write(PATH, 'a 1\n');
  await expect(write).rejects.toMatchObject({ kind: 'operational', code: 'metrics-unwritable' });
  expect(readdirSync(join(folder, 'metrics'))).toEqual(['finops.prom']);
  writeFileSync(join(folder, 'file'), '');
  await expect(open(folder).write('file/x.prom', '')).rejects.toMatchObject({
    message: expect.stringContaining('file/x.prom'),
  });
});

it('takes away what it made and nobody asks for, and nothing else', async () => {
  const folder = temporaryFolder();
  const file = open(folder);
  await file.removeOthers('metrics', undefined);
  for (const name of ['old', 'older', 'new']) await file.write(`metrics/${name}.prom`, 'a 1\n');
  const others = { 'node.prom': 'b 2\n', 'almost.prom': MARK.slice(0, 20), 'notes.txt': MARK };
  for (const [name, text] of Object.entries(others)) {
    writeFileSync(join(folder, 'metrics', name), text);
  }
  mkdirSync(join(folder, 'metrics/folder.prom'));
  symlinkSync('new.prom', join(folder, 'metrics/link.prom'));
  const there = ['almost.prom', 'folder.prom', 'link.prom', 'node.prom', 'notes.txt'];
  await file.removeOthers('metrics', 'metrics/new.prom');
  expect(readdirSync(join(folder, 'metrics')).sort()).toEqual([...there, 'new.prom'].sort());
  await file.removeOthers('metrics', undefined);
  expect(readdirSync(join(folder, 'metrics')).sort()).toEqual(there);
});
