/** `pack.yaml` of a pack: text -> manifest, or every problem with it. */
import manifestSchema from '../../../schemas/pack.schema.json' with { type: 'json' };
import type { Diagnostic } from '../../sdk/index.ts';
import { ownSchema } from '../schema/json-schema.ts';
import { parseYamlBytes, type YamlDocument } from '../schema/yaml-document.ts';

export type ConfigFile = Readonly<{
  /** Below `config/<pack>/` of the target. */
  path: string;
  /** In the pack. */
  from: string;
  schema?: string;
  /** Where former versions put it. */
  renamedFrom?: string;
}>;

export type Role = Readonly<{ id: string; summary: string; needs?: readonly string[] }>;

export type Permissions = Readonly<{
  secrets?: readonly string[];
  hosts?: readonly string[];
  write?: readonly string[];
  executables?: readonly string[];
  /** Of `config`, by path: what the operator's file names may be read and talked to as well. */
  configured?: readonly string[];
}>;

export type Manifest = Readonly<{
  apiVersion: typeof API_VERSION;
  kind: 'Pack';
  name: string;
  version: string;
  summary: string;
  engines: Readonly<{ brctl: string }>;
  hostModules?: Readonly<{ duckdb?: string }>;
  entry: string;
  config?: readonly ConfigFile[];
  roles?: readonly Role[];
  separationOfDuty?: readonly (readonly [string, string])[];
  permissions?: Permissions;
  data?: Readonly<{ schemaVersion: number; minReader: number }>;
}>;

/** A document whose problems include what its schema says; `manifest` only when there are none. */
export type ReadManifest = Readonly<{
  document: YamlDocument;
  problems: readonly Diagnostic[];
  manifest: Manifest | undefined;
}>;

export const API_VERSION = 'brctl.dev/v1';
export const NEWER_FORMAT = 'api-version';

export { RESERVED_NAMES } from '../paths.ts';

export function readManifest(bytes: Uint8Array, file: string): ReadManifest {
  const document = parseYamlBytes(bytes, file);
  const problems = ownProblems(document, manifestSchema);
  const isUsable = document.value !== undefined && !problems.some(isError);
  return { document, problems, manifest: isUsable ? (document.value as Manifest) : undefined };
}

/** What is wrong with one of brctl's own documents: its syntax, its format, its schema. */
export function ownProblems(document: YamlDocument, schema: object): readonly Diagnostic[] {
  const newer = newerFormat(document);
  return [
    ...document.problems,
    ...(newer === undefined ? ownSchema(schema).check(document) : [newer]),
  ];
}

/** One clear sentence, instead of complaints about every key this brctl cannot know yet. */
export function newerFormat(document: YamlDocument): Diagnostic | undefined {
  const given = (document.value as { apiVersion?: unknown } | null | undefined)?.apiVersion;
  if (typeof given !== 'string' || given === API_VERSION) return undefined;
  if (!/^brctl\.dev\/v[1-9]\d*$/.test(given)) return undefined;
  return {
    severity: 'error',
    code: NEWER_FORMAT,
    message: `apiVersion ${given} is newer than this brctl, which reads ${API_VERSION}`,
    hint: 'upgrade brctl',
    file: document.file,
    ...document.position(['apiVersion'], 'value'),
  };
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}
