/**
 * JSON Schema 2020-12 over YAML documents: every violation becomes a diagnostic that names the
 * line and column of the offending word.
 *
 * brctl's own schemas are trusted, and a broken one is our bug; those that a pack ships are input
 * like any other (shipped-schema.ts).
 */
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Diagnostic } from '../../sdk/index.ts';
import { compileOwn } from './own-validator.ts';
import { explainErrors } from './schema-message.ts';
import type { YamlDocument } from './yaml-document.ts';

export type Schema = Readonly<{
  /** Nothing to say about a document that could not be read: its own problems say that. */
  check(document: YamlDocument): readonly Diagnostic[];
}>;

const known = new WeakMap<object, Schema>();

/** Compiled on first use, once per process, where the schema brings no validator of its own. */
export function ownSchema(schema: object): Schema {
  const found = known.get(schema);
  if (found !== undefined) return found;
  const fresh = asSchema(compileOwn(schema));
  known.set(schema, fresh);
  return fresh;
}

/** For schemas of the built program, which come with what the build compiled. */
export function withValidator<S extends object>(schema: S, validate: ValidateFunction): S {
  known.set(schema, asSchema(validate));
  return schema;
}

export function asSchema(validate: ValidateFunction): Schema {
  return {
    check: (document) => {
      if (document.value === undefined || validate(document.value)) return [];
      return explainErrors(validate.errors ?? [], document);
    },
  };
}
