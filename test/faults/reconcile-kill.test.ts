/**
 * SIGKILL at any moment of a reconciliation that writes: each file is the old one or the new one,
 * whole, and the next run brings what an undisturbed one does.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { deployment } from '../support/finance.ts';
import { reportsOf } from '../support/reconcile-command.ts';
import { trackerText } from '../support/tracker.ts';

const DRIVER = join(import.meta.dirname, 'reconcile-until.ts');
/** Code that was read once need not be compiled by each process. */
const CACHE = mkdtempSync(join(tmpdir(), 'brctl-cache-'));
afterAll(() => rmSync(CACHE, { recursive: true, force: true }));

const BEFORE = trackerText([{ id: 'A-1' }, { id: 'A-2', vendor: 'Bluebird Mail', amount: '7.00' }]);

function world() {
  const target = deployment();
  const tracker = target.file('tracker.csv', BEFORE);
  const run = (inPlace: boolean, killAt = 0) => {
    const words = [DRIVER, target.root, tracker, inPlace ? '1' : '0', `${killAt}`];
    const env = { ...process.env, NODE_COMPILE_CACHE: CACHE };
    const ran = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    if (ran.signal === null) expect([ran.status, ran.stderr.includes('Error')]).toEqual([0, false]);
    return { isKilled: ran.signal === 'SIGKILL', points: Number(ran.stdout) };
  };
  return { target, tracker, run };
}

type World = ReturnType<typeof world>;

/** By name; drafts that a death left behind have names of their own. */
function written({ target, tracker }: World): Record<string, string> {
  const folder = reportsOf(target);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !/tmp$/.test(name)) : [];
  const files = [tracker, ...names.map((name) => join(folder, name))];
  return Object.fromEntries(files.map((file) => [basename(file), readFileSync(file, 'utf8')]));
}

it.each([
  ['a copy', false],
  ['the tracker itself', true],
])(
  'a death at any point leaves whole files: %s',
  (_, inPlace) => {
    const calm = world();
    const { points } = calm.run(inPlace);
    expect(points).toBe(6);
    const expected = written(calm);
    expect(Object.keys(expected)).toHaveLength(inPlace ? 2 : 3);
    for (let at = 1; at <= points; at += 1) {
      const here = world();
      expect(here.run(inPlace, at).isKilled).toBe(true);
      for (const [name, text] of Object.entries(written(here))) {
        expect([BEFORE, expected[name]], `${name} at ${at}`).toContain(text);
      }
      here.run(inPlace);
      expect(written(here)).toEqual(expected);
    }
  },
  60_000,
);
