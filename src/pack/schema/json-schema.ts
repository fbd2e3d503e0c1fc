/**
 * JSON Schema 2020-12 over YAML documents: every violation becomes a diagnostic that names the
 * line and column of the offending word.
 *
 * brctl's own schemas are trusted, and a broken one is our bug; those that a pack ships are input
 * like any other (shipped-schema.ts).
 */
import type { AnySchemaObject } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Diagnostic } from '../../sdk/index.ts';
import { explainErrors } from './schema-message.ts';
import type { YamlDocument } from './yaml-document.ts';

export type Schema = Readonly<{
  /** Nothing to say about a document that could not be read: its own problems say that. */
  check(document: YamlDocument): readonly Diagnostic[];
}>;

export function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    // `anyOf: [{ required: [a] }, { required: [b] }]` is the usual way to say "one of these".
    strictRequired: false,
    allowUnionTypes: true,
    logger: false,
  });
  formats.default(ajv);
  return ajv;
}

const compiled = new WeakMap<object, Schema>();

/** Compiled on first use, once per process. */
export function ownSchema(schema: object): Schema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fresh = asSchema(createAjv().compile(schema as AnySchemaObject));
  compiled.set(schema, fresh);
  return fresh;
}

export function asSchema(validate: ValidateFunction): Schema {
  return {
    check: (document) => {
      if (document.value === undefined || validate(document.value)) return [];
      return explainErrors(validate.errors ?? [], document);
    },
  };
}
