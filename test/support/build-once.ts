/**
 * Before any test: `dist` is what the sources make. Nothing is built when nothing changed.
 *
 * A failing build is told and leaves no `dist` behind, so that tests of pure code still run while
 * tests of the built program fail for the right reason. `npm test` builds first and stops there.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from '../../src/build.ts';

const ROOT = join(import.meta.dirname, '../..');
const INPUTS = ['src', 'packs', 'schemas', 'pack.yaml', 'package.json', 'package-lock.json'];

export default async function setup(): Promise<void> {
  const built = join(ROOT, 'dist/brctl.js');
  const newest = Math.max(...INPUTS.map((name) => newestBelow(join(ROOT, name))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  try {
    const { failures } = await buildAll(ROOT);
    for (const { pack, error } of failures) {
      process.stderr.write(`the ${pack} pack was not built: ${(error as Error).message}\n`);
    }
  } catch (error) {
    rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
    process.stderr.write(`brctl was not built: ${(error as Error).message}\n`);
  }
}

/** Folders count too: a file that was removed changes nothing else. */
function newestBelow(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestBelow(join(path, name))));
}
