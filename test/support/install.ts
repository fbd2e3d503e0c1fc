/** A built hello pack, a target that does not exist yet, and the command that joins them. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { builtHello, type HostOptions, type Ran, run, temporaryFolder } from './host.ts';

export type Prepared = Readonly<{
  built: string;
  target: string;
  /** Where the generations of hello are. */
  home: string;
  /** `brctl pack install <built> --target=<target>` */
  install(change?: InstallChange): Promise<Ran>;
}>;

export type InstallChange = Readonly<{
  spec?: string;
  options?: HostOptions;
  words?: readonly string[];
}>;

export async function prepare(): Promise<Prepared> {
  const built = await builtHello();
  const target = join(temporaryFolder(), 'srv');
  return {
    built,
    target,
    home: join(target, '.brctl/packs/hello'),
    install: ({ spec = built, options = {}, words = [] } = {}) =>
      run(['pack', 'install', spec, `--target=${target}`, ...words], options),
  };
}

/** Everything below a folder that a write would change: place, inode, times, mode, size. */
export function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { ino, mtimeMs, ctimeMs, mode, size } = lstatSync(path);
      return [path, ino, mtimeMs, ctimeMs, mode, size].join(' ');
    })
    .sort();
}
