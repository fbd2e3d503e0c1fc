/**
 * Violations as the schema compiler lists them -> sentences for the person who wrote the file.
 *
 * A schema speaks for itself where it can: the `title` of a pattern names what was expected
 * ("a kebab-case name") and its `examples` show one.
 */
import type { ErrorObject } from 'ajv';
import { clip, compareDiagnostics, type Diagnostic, suggest } from '../../sdk/index.ts';
import type { Path, YamlDocument } from './yaml-document.ts';

/** `/config/0/path~1x` -> `['config', '0', 'path/x']` */
export function pointerPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function explainErrors(
  errors: readonly ErrorObject[],
  document: YamlDocument,
): Diagnostic[] {
  const told = tellable(errors).map((error) => explain(error, document));
  const unique = new Map(told.map((each) => [`${each.line}:${each.column} ${each.message}`, each]));
  return [...unique.values()].sort(compareDiagnostics);
}

/** Of "none of these alternatives" only what the writer most likely meant is worth telling. */
function tellable(errors: readonly ErrorObject[]): ErrorObject[] {
  let told = errors.filter((error) => error.keyword !== 'if' && error.propertyName === undefined);
  for (const either of told.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')) {
    const at = either.instancePath;
    const within = told.filter(
      (error) =>
        error !== either && (error.instancePath === at || error.instancePath.startsWith(`${at}/`)),
    );
    const wrongKind = (error: ErrorObject) =>
      error.instancePath === at && ['type', 'const', 'enum'].includes(error.keyword);
    const meant = within.filter((error) => !wrongKind(error));
    const dropped = new Set(meant.length > 0 ? within.filter(wrongKind) : within);
    if (meant.length > 0) dropped.add(either);
    told = told.filter((error) => !dropped.has(error));
  }
  return told;
}

type Told = Readonly<{
  code: string;
  message: string;
  hint?: string | undefined;
  path?: Path;
  part?: 'key' | 'value';
}>;

function explain(error: ErrorObject, document: YamlDocument): Diagnostic {
  const path = pointerPath(error.instancePath);
  const told = sentence(error, path, document);
  const { code, message, hint } = told;
  return {
    severity: 'error',
    code,
    message,
    file: document.file,
    ...document.position(told.path ?? path, told.part ?? 'value'),
    hint,
  };
}

function sentence(error: ErrorObject, path: Path, document: YamlDocument): Told {
  const { keyword, params } = error;
  const subject = nameOf(path);
  const where = path.length === 0 ? '' : `${subject}: `;
  const source = document.source(path);
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownKey(error, path);
    case 'propertyNames':
      return wrongKey(error, path);
    case 'required':
    case 'dependentRequired':
      return {
        code: 'missing-key',
        message: `${where}missing key "${params.missingProperty}"`,
        part: path.length === 0 ? 'value' : 'key',
      };
    case 'type':
      return wrongType(error, subject, source);
    case 'enum':
    case 'const':
      return wrongValue(error, subject);
    case 'not':
      return { code: 'wrong-value', message: `${subject} must not be ${quoted(error)}` };
    case 'pattern':
    case 'format':
      return {
        code: 'wrong-form',
        message: `${subject} ${quoted(error)} is not ${expectation(error)}`,
      };
    case 'minLength':
      return {
        code: 'too-short',
        message: `${subject} ${params.limit === 1 ? 'must not be empty' : error.message}`,
      };
    case 'uniqueItems':
      return {
        code: 'duplicate-item',
        message: `${subject} lists the same thing twice`,
        path: [...path, Math.max(params.i, params.j)],
      };
    case 'anyOf':
    case 'oneOf':
      return {
        code: 'wrong-form',
        message: `${subject} must be ${expectation(error)}, and is ${given(error, source)}`,
        hint: quoteHint(error, branchTypes(error), source),
      };
    default:
      return { code: 'wrong-value', message: `${subject} ${error.message ?? 'is not valid'}` };
  }
}

function unknownKey(error: ErrorObject, path: Path): Told {
  const { params, parentSchema } = error;
  const key: string = params.additionalProperty ?? params.unevaluatedProperty;
  const known = Object.keys((parentSchema?.properties as object | undefined) ?? {});
  const meant = suggest(key, known);
  const where = path.length === 0 ? '' : `${nameOf(path)}: `;
  const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  return {
    code: 'unknown-key',
    message: `${where}unknown key "${key}"${ask}`,
    hint: meant === undefined && known.length > 0 ? `known keys: ${known.join(', ')}` : undefined,
    path: [...path, key],
    part: 'key',
  };
}

/** What is wrong with the key itself is told by what keys are for, not by each alternative. */
function wrongKey(error: ErrorObject, path: Path): Told {
  const key: string = error.params.propertyName;
  const names = (error.schema ?? {}) as NameSchema;
  const meant = suggest(key, namesIn(names));
  const wanted = names.title ?? (names.pattern && `of the form ${names.pattern}`);
  const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  return {
    code: 'wrong-key',
    message: `key "${key}" in ${nameOf(path)} is not ${wanted ?? 'a name it may have'}${ask}`,
    path: [...path, key],
    part: 'key',
  };
}

type NameSchema = Readonly<{
  title?: string;
  pattern?: string;
  enum?: readonly string[];
  anyOf?: readonly NameSchema[];
  oneOf?: readonly NameSchema[];
}>;

function namesIn({ enum: own = [], anyOf = [], oneOf = [] }: NameSchema): readonly string[] {
  return [...own, ...[...anyOf, ...oneOf].flatMap(namesIn)];
}

function wrongType(error: ErrorObject, subject: string, source: string | undefined): Told {
  const wanted = [error.params.type as string | readonly string[]].flat();
  const kinds = wanted.map((type) => KIND[type] ?? type).join(' or ');
  return {
    code: 'wrong-type',
    message: `${subject} must be ${kinds}, not ${given(error, source)}`,
    hint: quoteHint(error, wanted, source),
  };
}

/** `version: 1.2` is a number to YAML, and the fix is a pair of quotes. */
function quoteHint(
  error: ErrorObject,
  wanted: readonly string[],
  source: string | undefined,
): string | undefined {
  if (!wanted.includes('string') || !source || isSecret(error)) return undefined;
  const pattern = error.parentSchema?.pattern;
  const padded = [source, `${source}.0`, `${source}.0.0`];
  const quoted =
    typeof pattern === 'string'
      ? padded.find((text) => new RegExp(pattern, 'u').test(text))
      : source;
  return quoted === undefined ? undefined : `quote it: "${quoted}"`;
}

function wrongValue(error: ErrorObject, subject: string): Told {
  const allowed: unknown[] = error.params.allowedValues ?? [error.params.allowedValue];
  const words = allowed.filter((each) => typeof each === 'string');
  const meant = typeof error.data === 'string' ? suggest(error.data, words) : undefined;
  const list = allowed.map((each) => JSON.stringify(each)).join(', ');
  const ask = meant === undefined || allowed.length === 1 ? '' : ` (did you mean "${meant}"?)`;
  const oneOf = allowed.length === 1 ? '' : 'one of ';
  return {
    code: 'wrong-value',
    message: `${subject} must be ${oneOf}${list}, not ${quoted(error)}${ask}`,
  };
}

/** What a pattern or a set of alternatives asks for, in the words of the schema. */
function expectation(error: ErrorObject): string {
  const { title, examples } = (error.parentSchema ?? {}) as {
    title?: string;
    examples?: readonly unknown[];
  };
  const wanted = title ?? fallback(error);
  const example = examples?.[0];
  return example === undefined ? wanted : `${wanted} (for example ${JSON.stringify(example)})`;
}

function fallback(error: ErrorObject): string {
  if (error.keyword === 'format') return `a valid ${error.params.format}`;
  if (error.keyword === 'pattern') return `of the form ${error.params.pattern}`;
  const kinds = branchTypes(error).map((type) => KIND[type] ?? type);
  return kinds.length === 0 ? 'one of the allowed forms' : kinds.join(' or ');
}

function branchTypes(error: ErrorObject): string[] {
  const branches = (Array.isArray(error.schema) ? error.schema : []) as { type?: string }[];
  return [...new Set(branches.map(({ type }) => type).filter((type) => type !== undefined))];
}

const KIND: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'empty',
};

function given(error: ErrorObject, source: string | undefined): string {
  const { data } = error;
  const typed = isSecret(error) || source === undefined ? '' : ` ${source}`;
  if (data === null) return 'empty';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'string') return `the text ${quoted(error)}`;
  if (typeof data === 'object') return 'a map';
  return typeof data === 'number' ? `the number${typed}` : `the value${typed}`;
}

/** A schema marks what must never be shown as `writeOnly`. */
function isSecret({ parentSchema }: ErrorObject): boolean {
  return parentSchema?.writeOnly === true;
}

const SHOWN_MAX = 60;

function quoted(error: ErrorObject): string {
  return isSecret(error) ? '(hidden)' : clip(JSON.stringify(error.data), SHOWN_MAX);
}

/** `config[0].path`; the document itself is "the file". */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((step) => (/^\d+$/.test(`${step}`) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
