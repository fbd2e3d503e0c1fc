/** Does this host satisfy what a pack asks for? Asked when resolving, installing and loading. */
import { createRequire } from 'node:module';
import semver from 'semver';
import { BrctlError } from '../../sdk/index.ts';

export type EngineQuestion = Readonly<{ name: string; version: string; engine: string }>;

export function checkEngine(pack: EngineQuestion, hostVersion: string): void {
  if (semver.satisfies(hostVersion, pack.engine, { includePrerelease: true })) return;
  const isOlder = semver.gtr(semver.minVersion(pack.engine) ?? '0.0.0', `<=${hostVersion}`);
  throw new BrctlError('incompatible', {
    code: 'engine-mismatch',
    message:
      `pack ${pack.name} ${pack.version} needs brctl ${pack.engine}, ` +
      `and this is brctl ${hostVersion}`,
    hint: isOlder ? 'upgrade brctl' : `install a newer ${pack.name} pack`,
  });
}

export type ModulesQuestion = Readonly<{
  name: string;
  version: string;
  hostModules?: Readonly<{ duckdb?: string }>;
}>;

/** Reads the version of a native module without loading it. */
export function checkHostModules(pack: ModulesQuestion): void {
  const range = pack.hostModules?.duckdb;
  if (range === undefined) return;
  const require = createRequire(import.meta.url);
  const { version }: { version: string } = require('@duckdb/node-api/package.json');
  if (semver.satisfies(version, range, { includePrerelease: true })) return;
  throw new BrctlError('incompatible', {
    code: 'module-mismatch',
    message:
      `pack ${pack.name} ${pack.version} needs DuckDB ${range}, ` +
      `and this brctl brings ${version}`,
    hint: semver.ltr(version, range) ? 'upgrade brctl' : `install a newer ${pack.name} pack`,
  });
}
