/**
 * A deployment as an operator has it: the built finance pack installed by `brctl pack install`,
 * the fixtures at hand as `fixtures/`, and every command through `main` at a known instant.
 */
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/main.ts';
import { fakeHost, type Ran, ROOT } from './host.ts';

/** A Sunday: weeks up to 2025-W52 are over, 2026-W01 ends tonight. */
export const NOW = '2026-01-04T12:00:00Z';

export type Deployed = Readonly<{
  root: string;
  /** `brctl <words>` with the deployment as working directory. */
  brctl(words: readonly string[], now?: string): Promise<Ran>;
  remove(): void;
}>;

/** A folder with the fixtures and nothing installed. Real path: see `temporaryFolder`. */
export function emptyFolder(): Deployed {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'brctl-deployed-')));
  cpSync(join(ROOT, 'fixtures'), join(root, 'fixtures'), { recursive: true });
  let ids = 0;
  const uniqueId = (): string => {
    ids += 1;
    return `id${String(ids).padStart(4, '0')}`;
  };
  return {
    root,
    brctl: async (words, now = NOW) => {
      const host = { ...fakeHost({ cwd: root, now }), uniqueId };
      const code = await main(words, host);
      return { code, ...host.printed };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export async function installed(): Promise<Deployed> {
  const folder = emptyFolder();
  const { code, err } = await folder.brctl(['pack', 'install', 'finance', '--target=.']);
  if (code !== 0) throw new Error(`the finance pack was not installed: ${err}`);
  return folder;
}

/** The same, gone when the test is over. */
export async function deployed(): Promise<Deployed> {
  const folder = await installed();
  onTestFinished(folder.remove);
  return folder;
}
