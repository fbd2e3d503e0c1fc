/** The files in `config/` that are brctl's business: who holds roles, whose signatures count. */
import { existsSync, readFileSync } from 'node:fs';
import { type Diagnostic, place } from '../../sdk/index.ts';
import { isError } from '../manifest/manifest.ts';
import { readBindings } from '../roles/bindings.ts';
import { installedManifests, roleDiagnostics, unboundRoles } from '../roles/check.ts';
import { readTrust, trustFileOf } from '../trust/keys.ts';
import type { Check } from './health.ts';

export function checkOwnConfig(target: string): Check[] {
  return [...checkRoles(target), ...checkTrust(target)];
}

/** A role that nobody holds is work to do; a duty that is not apart is wrong. */
function checkRoles(target: string): Check[] {
  const check = 'roles';
  const installed = installedManifests(target);
  const read = readBindings(target);
  const [wrong] = roleDiagnostics({ ...installed, target, read }).filter(
    (each) => isError(each) && each.code !== 'role-unbound',
  );
  const remedy = `brctl role check --target=${target}`;
  if (wrong !== undefined) return [{ check, status: 'fail', message: told(wrong), remedy }];
  const unbound = unboundRoles(installed.manifests, read.bindings).map(({ role }) => role);
  if (unbound.length > 0) {
    const message = `nobody is ${unbound.join(', ')} yet`;
    return [{ check, status: 'warn', message, remedy }];
  }
  if (read.bindings.length === 0) return [];
  return [{ check, status: 'ok', message: 'every role is held, duties are apart' }];
}

function checkTrust(target: string): Check[] {
  const check = 'trust';
  const file = trustFileOf(target);
  if (!existsSync(file)) return [];
  const { trust, problems } = readTrust(readFileSync(file), file);
  const [wrong] = problems.filter(isError);
  if (trust === undefined) {
    const message = wrong === undefined ? `${file} is empty` : told(wrong);
    return [
      { check, status: 'fail', message, remedy: 'mend it: until then no pack can be installed' },
    ];
  }
  const keys = `${trust.keys.length} trusted ${trust.keys.length === 1 ? 'key' : 'keys'}`;
  const least = trust.minLevel === undefined ? '' : `, at least level ${trust.minLevel}`;
  return [{ check, status: 'ok', message: `${keys}${least}` }];
}

function told(diagnostic: Diagnostic): string {
  return `${place(diagnostic)}: ${diagnostic.message}`;
}

/** What `pack validate` says of them: of a file that is not there, nothing. */
export function ownConfigProblems(
  target: string,
): readonly Readonly<{ file: string; diagnostics: readonly Diagnostic[] }>[] {
  const roles = readBindings(target);
  const trust = trustFileOf(target);
  return [
    ...(existsSync(roles.file) ? [{ file: roles.file, diagnostics: roles.diagnostics }] : []),
    ...(existsSync(trust)
      ? [{ file: trust, diagnostics: readTrust(readFileSync(trust), trust).problems }]
      : []),
  ];
}
