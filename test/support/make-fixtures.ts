/**
 * Makes the charge files below `fixtures/`: `node test/support/make-fixtures.ts`. Written by hand
 * are its README and `fixtures/packs`.
 *
 * No clock, no randomness, no input: the same bytes on every machine, and test/fixtures.test.ts
 * holds the checked-in files to it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chargeFiles } from './fixtures/charges.ts';
import { correctionFiles } from './fixtures/corrections.ts';
import { exportFiles } from './fixtures/exports.ts';
import { layoutFiles } from './fixtures/layouts.ts';
import { legacyFiles } from './fixtures/legacy.ts';
import { quirkFiles } from './fixtures/quirks.ts';

/** Path below `fixtures/`, with `/`, -> content. */
export function fixtureFiles(): Map<string, Buffer> {
  return new Map([
    ...chargeFiles(),
    ...quirkFiles(),
    ...layoutFiles(),
    ...correctionFiles(),
    ...exportFiles(),
    ...legacyFiles(),
  ]);
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../../fixtures');
  for (const [path, content] of fixtureFiles()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}
