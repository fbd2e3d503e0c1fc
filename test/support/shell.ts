/** Command lines as a person types them, with brctl on the PATH. */
import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { temporaryFolder } from './host.ts';

/** A command line in a shell whose PATH has the built brctl, and in which npm knows no network. */
export function shell(line: string, cwd: string, bin: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', line], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
      BRCTL_TARGET: '',
      BRCTL: '',
      NODE_OPTIONS: '',
    },
  });
  return { line, status, stdout, stderr };
}

/** A folder for the PATH in which `brctl` is the program of a package. */
export function binOf(packageRoot: string): string {
  const bin = temporaryFolder();
  symlinkSync(join(packageRoot, 'bin/brctl.js'), join(bin, 'brctl'));
  return bin;
}
