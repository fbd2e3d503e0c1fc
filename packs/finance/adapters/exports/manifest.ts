/**
 * Provider manifests: which files of an export folder count.
 *
 * AWS Data Exports and legacy CUR write `…-Manifest.json` after the data files and keep superseded
 * runs beside the current one; Azure Cost Management writes a folder per run, each with the whole
 * month to date. Adding up everything that lies there would multiply the cost.
 */
import { basename, dirname, join } from 'node:path';
import { operationalError } from 'brctl/sdk';

export type Listed = Readonly<{ path: string; rowsExpected: number | undefined }>;

export type Manifest = Readonly<{
  path: string;
  provider: 'aws' | 'azure';
  /** Manifests with the same scope supersede each other; the greatest `run` wins. */
  scope: string;
  run: string;
  /** As the manifest spells them: object keys or URLs. */
  files: readonly Readonly<{ key: string; rowsExpected: number | undefined }>[];
}>;

export function isManifestName(name: string): boolean {
  return /manifest\.json$/i.test(name);
}

/** @throws BrctlError when the text is no manifest of a known provider. */
export function parseManifest(path: string, text: string): Manifest {
  const value = parseJson(path, text);
  const aws = value.dataFiles ?? value.reportKeys;
  if (Array.isArray(aws)) {
    return {
      path,
      provider: 'aws',
      scope: awsScope(path, value),
      run: String(value.executionId ?? value.assemblyId ?? ''),
      files: aws.map((key) => ({ key: String(key), rowsExpected: undefined })),
    };
  }
  if (Array.isArray(value.blobs)) return azureManifest(path, value, value.blobs);
  throw operationalError(
    'manifest-unknown',
    `${path} lists neither dataFiles, reportKeys nor blobs: no manifest that brctl knows`,
    'name the data files themselves',
  );
}

function azureManifest(
  path: string,
  value: Readonly<Record<string, unknown>>,
  blobs: readonly unknown[],
): Manifest {
  const run = record(value.runInfo);
  const config = record(value.exportConfig);
  return {
    path,
    provider: 'azure',
    // Every run exports its month from the first day on; only the end moves.
    scope: [config.resourceId ?? config.exportName, run.startDate].join(' '),
    run: `${run.submittedTime ?? ''} ${run.runId ?? ''}`,
    files: blobs.map((blob) => {
      const { blobName, dataRowCount } = record(blob);
      const rowsExpected = typeof dataRowCount === 'number' ? dataRowCount : undefined;
      return { key: String(blobName), rowsExpected };
    }),
  };
}

/** The partition folder of the manifest: `…/metadata/BILLING_PERIOD=2025-11/…`. */
function awsScope(path: string, value: Readonly<Record<string, unknown>>): string {
  const partition = /billing_period=\d{4}-\d{2}/i.exec(path)?.[0];
  const { start } = record(value.billingPeriod);
  return (partition ?? String(start ?? dirname(path))).toLowerCase();
}

function parseJson(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(text));
  } catch (cause) {
    throw operationalError('manifest-broken', `${path} is no JSON: ${(cause as Error).message}`);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The manifests that count, and the ones they supersede. */
export function currentManifests(
  manifests: readonly (Manifest & { modifiedMs: number })[],
): Readonly<{ current: readonly Manifest[]; superseded: readonly Manifest[] }> {
  const newest = new Map<string, Manifest & { modifiedMs: number }>();
  for (const manifest of manifests) {
    const key = `${manifest.provider} ${manifest.scope}`;
    const best = newest.get(key);
    if (best === undefined || isNewer(manifest, best)) newest.set(key, manifest);
  }
  const current = new Set<Manifest>(newest.values());
  return {
    current: manifests.filter((manifest) => current.has(manifest)),
    superseded: manifests.filter((manifest) => !current.has(manifest)),
  };
}

type Dated = Manifest & { modifiedMs: number };

/** Azure says when a run was submitted; AWS only through the order in which files were written. */
function isNewer(a: Dated, b: Dated): boolean {
  if (a.provider === 'azure') return a.run > b.run;
  const [runA, runB] = [dirname(a.path), dirname(b.path)];
  if (runA.length !== runB.length) return runA.length < runB.length;
  return a.modifiedMs === b.modifiedMs ? runA > runB : a.modifiedMs > b.modifiedMs;
}

/**
 * Local files for a manifest's keys. The bucket and prefix of a key say nothing about where the
 * folder was copied to, so the longest matching end of the path decides.
 *
 * @throws BrctlError naming the file that is not there.
 */
export function locate(manifest: Manifest, files: readonly string[]): Listed[] {
  return manifest.files.map(({ key, rowsExpected }) => {
    const words = key
      .replace(/^[a-z0-9]+:\/\/[^/]+\//i, '')
      .split('/')
      .filter(Boolean);
    for (let from = 0; from < words.length; from += 1) {
      const end = `/${words.slice(from).join('/')}`;
      const matches = files.filter((file) => file.endsWith(end));
      if (matches.length === 1) return { path: matches[0]!, rowsExpected };
      if (matches.length > 1) {
        const beside = matches.find((file) => dirname(file) === dirname(manifest.path));
        return { path: beside ?? nearest(matches, manifest.path), rowsExpected };
      }
    }
    throw operationalError(
      'manifest-file-missing',
      `${manifest.path} names ${key}, and there is no ${basename(key)} below it`,
      'copy the whole export, or name the files that are there',
    );
  });
}

function nearest(paths: readonly string[], to: string): string {
  const shared = (path: string): number => {
    let n = 0;
    while (n < path.length && path[n] === to[n]) n += 1;
    return n;
  };
  return paths.reduce((a, b) => (shared(b) > shared(a) ? b : a), join(paths[0]!));
}
