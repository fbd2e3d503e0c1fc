/**
 * A schema file that a pack ships: compiled, or every reason why it cannot be, each at its own
 * line. A broken schema must never pass for one that everything keeps to.
 */
import { type AnySchemaObject, MissingRefError } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import draftSchema from 'ajv/dist/refs/json-schema-2020-12/schema.json' with { type: 'json' };
import { type Diagnostic, suggest } from '../../sdk/index.ts';
import { createAjv } from './ajv.ts';
import { asSchema, ownSchema, type Schema } from './json-schema.ts';
import { pointerPath } from './schema-message.ts';
import { type Path, parseJsonBytes, type YamlDocument } from './yaml-document.ts';

export type ShippedSchema = Readonly<{
  /** Undefined when the schema itself is broken. */
  schema: Schema | undefined;
  problems: readonly Diagnostic[];
}>;

const DRAFT = draftSchema.$id;

export function compileShipped(bytes: Uint8Array, file: string): ShippedSchema {
  const document = parseJsonBytes(bytes, file);
  const problems = document.problems.length > 0 ? document.problems : jsonProblems(bytes, file);
  if (problems.length > 0) return { schema: undefined, problems };
  // It checks a file or two and is gone: to make it faster would take longer.
  const ajv = createAjv({ optimize: false });
  const broken = problemsOf(document, ajv);
  if (broken.length > 0) return { schema: undefined, problems: broken };
  try {
    return { schema: asSchema(ajv.compile(document.value as AnySchemaObject)), problems: [] };
  } catch (error) {
    return { schema: undefined, problems: [compileProblem(error as Error, document)] };
  }
}

/** YAML reads more than JSON does; a schema has to be JSON. */
function jsonProblems(bytes: Uint8Array, file: string): Diagnostic[] {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return [];
  } catch (error) {
    const { message } = error as SyntaxError;
    const [, line = '1', column = '1'] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
    return [
      {
        severity: 'error',
        code: 'json-syntax',
        message: message.replace(/ in JSON at position.*/, ''),
        file,
        line: Number(line),
        column: Number(column),
      },
    ];
  }
}

function problemsOf(document: YamlDocument, ajv: Ajv2020): Diagnostic[] {
  const { value } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [brokenAt(document, [], 'value', 'a schema must be a map')];
  }
  const { $schema } = value as AnySchemaObject;
  if ($schema !== undefined && $schema !== DRAFT) {
    return [brokenAt(document, ['$schema'], 'value', `$schema must be "${DRAFT}"`)];
  }
  const problems = ownSchema(draftSchema).check(document);
  return problems.length > 0 ? problems.map(asBroken) : keywordProblems(document, ajv);
}

function asBroken(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, code: 'schema-broken' };
}

function brokenAt(
  document: YamlDocument,
  path: Path,
  part: 'key' | 'value',
  message: string,
): Diagnostic {
  const { file } = document;
  return {
    severity: 'error',
    code: 'schema-broken',
    message,
    file,
    ...document.position(path, part),
  };
}

/** Where schemas sit inside a schema. Anything else below a keyword is plain data. */
const IN_MAP = new Set([
  '$defs',
  'definitions',
  'properties',
  'patternProperties',
  'dependentSchemas',
]);
const IN_LIST = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const DIRECT = new Set([
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/**
 * A misspelt keyword (`propertees`) would silently check nothing; a broken pattern or an unknown
 * format would only be told without a place.
 */
function keywordProblems(document: YamlDocument, ajv: Ajv2020): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const keywords = Object.keys(ajv.RULES.keywords);
  const formats = Object.keys(ajv.formats);
  const say = (path: Path, part: 'key' | 'value', message: string) =>
    problems.push(brokenAt(document, path, part, message));
  for (const { keyword, value, path } of keywordsIn(document.value, [])) {
    if (!keywords.includes(keyword)) {
      say(path, 'key', `unknown keyword "${keyword}"${didYouMean(keyword, keywords)}`);
    } else if (keyword === 'format' && !formats.includes(`${value}`)) {
      say(path, 'value', `unknown format "${value}"${didYouMean(`${value}`, formats)}`);
    } else if (keyword === 'pattern' && !isPattern(`${value}`)) {
      say(path, 'value', `pattern "${value}" is no regular expression`);
    } else if (keyword === 'patternProperties') {
      for (const pattern of Object.keys(value ?? {}).filter((each) => !isPattern(each))) {
        say([...path, pattern], 'key', `pattern "${pattern}" is no regular expression`);
      }
    }
  }
  return problems;
}

function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

type Keyword = Readonly<{ keyword: string; value: unknown; path: Path }>;

function* keywordsIn(schema: unknown, at: Path): Generator<Keyword> {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    const path = [...at, keyword];
    yield { keyword, value, path };
    if (DIRECT.has(keyword)) yield* keywordsIn(value, path);
    const isHolder = IN_MAP.has(keyword) || (IN_LIST.has(keyword) && Array.isArray(value));
    if (!isHolder) continue;
    for (const [name, each] of Object.entries(value ?? {}))
      yield* keywordsIn(each, [...path, name]);
  }
}

/** What only shows when the schema is compiled: references, formats, strict mode. */
function compileProblem(error: Error, document: YamlDocument): Diagnostic {
  if (error instanceof MissingRefError) {
    const path = pathOfReference(document.value, error.missingRef) ?? [];
    return brokenAt(document, path, 'value', `$ref points at nothing: ${error.missingRef}`);
  }
  const message = error.message.replace(/^strict mode: /, '');
  const pointer = /path "[^"#]*#(\/[^"]*)?"/.exec(message)?.[1] ?? '';
  const plain = message.replace(/ (?:in schema )?at (?:path )?"[^"]*"/, '');
  return brokenAt(document, pointerPath(pointer), 'key', plain);
}

function pathOfReference(value: unknown, reference: string): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, below] of Object.entries(value)) {
    // The compiler reports references resolved against $id; what was typed is their ending.
    if (key === '$ref' && typeof below === 'string' && reference.endsWith(below)) return [key];
    const deeper = pathOfReference(below, reference);
    if (deeper !== undefined) return [key, ...deeper];
  }
  return undefined;
}
