/**
 * `npm run demo`: what an operator does, in a target below the checkout. Every step is the real
 * program in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FINANCE_CONSENT } from './consent.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, '.demo');
const charges = join(root, 'fixtures', 'charges');

rmSync(target, { recursive: true, force: true });
brctl(['pack', 'install', 'finance', FINANCE_CONSENT, `--target=${target}`]);
for (const file of readdirSync(charges).sort()) {
  const source = basename(file).split('.')[0]!;
  brctl(['finance', 'import', join(charges, file), '--source', source, `--target=${target}`]);
}
brctl(['finance', 'report', '--week', '2025-W52', `--target=${target}`]);

const csv = join(target, 'data', 'finance', 'reports', 'weekly-cost-report-2025-W52.csv');
process.stdout.write(`\n$ cat ${relative(root, csv)}\n${readFileSync(csv, 'utf8')}`);

function brctl(words: readonly string[]): void {
  const shown = words.map((word) => word.replaceAll(root, ''));
  process.stdout.write(`\n$ brctl ${shown.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [join(root, 'bin', 'brctl.js'), ...words], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    throw new Error(`brctl ${shown.join(' ')} ended with ${status}`);
  }
}
