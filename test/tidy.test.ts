/** The rules of the house hold; and a tree that breaks each of them once is told so. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ABOUT_THE_TOP, CLEAN, PLANTED, REMOVED } from './support/tidy/canary.ts';
import { BANS } from './support/tidy/rules.ts';
import { tidy } from './support/tidy.ts';

test('the house is tidy', async () => {
  expect(await tidy(join(import.meta.dirname, '..'))).toEqual([]);
});

describe('the rules', () => {
  const roots: string[] = [];
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true });
  });

  /** Files of a tree by path, in a folder of their own. */
  function grow(files: Readonly<Record<string, string>>): string {
    const root = mkdtempSync(join(tmpdir(), 'brctl-tidy-'));
    roots.push(root);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  }

  test('say nothing about a tidy tree', async () => {
    expect(await tidy(grow(CLEAN))).toEqual([]);
  });

  test('name each planted violation, with its line and remedy, and nothing else', async () => {
    const planted = Object.fromEntries(PLANTED.map(({ path, text }) => [path, text]));
    const { [REMOVED]: _, ...rest } = CLEAN;
    const expected = PLANTED.flatMap(({ path, says }) => says.map((text) => `${path}:${text}`));
    const said = await tidy(grow({ ...rest, ...planted }));
    expect(said.sort()).toEqual([...expected, ...ABOUT_THE_TOP].sort());
  });

  test('have a canary for each ban', () => {
    const said = PLANTED.flatMap(({ says }) => says);
    const silent = BANS.filter(({ use }) => !said.some((text) => text.endsWith(`use ${use}`)));
    expect(silent).toEqual([]);
  });
});
