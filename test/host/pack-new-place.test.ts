/** `pack new` in folders of any name, for packs whose names are at the edges of what is a name. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../support/host.ts';
import { binOf, shell } from '../support/shell.ts';

test.each([
  ['a', "it's a place & more"],
  ['true', 'two  blanks'],
  ['a1-b2-3c', '$HOME (copy)'],
  ['x'.repeat(64), '#1'],
])('builds, installs, runs and validates as %s below "%s"', (name, place) => {
  const folder = join(temporaryFolder(), place);
  const bin = binOf(ROOT);
  mkdirSync(folder);
  const made = shell(`brctl pack new ${name} --dir "$PWD/new one"`, folder, bin);
  // The line that is printed to be copied, and then the others.
  const [, first] = /^next:\n {2}(cd .+)\n/m.exec(made.stdout) ?? [];
  const lines = [
    first,
    'brctl pack validate',
    'brctl pack build',
    `brctl pack install ./dist/${name} --target=../srv`,
    `brctl ${name} services --target=../srv`,
    'brctl doctor --target=../srv',
    'brctl pack verify --target=../srv',
    'node --test',
  ];
  const ran = shell(lines.join('\n'), folder, bin);
  expect(ran).toEqual({ ...ran, status: 0 });
  expect(ran.stdout).toContain('\nbackups  storage\n');
});
