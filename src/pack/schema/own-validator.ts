/**
 * The validator of one of brctl's own schemas, compiled by whoever asks first. In the built
 * program this file is another one: there each schema brings its validator (precompile.ts), and
 * what is only for compiling is not loaded.
 */
import type { AnySchemaObject } from 'ajv';
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { createAjv } from './ajv.ts';

export function compileOwn(schema: object): ValidateFunction {
  return compileWith(createAjv(), schema);
}

/** The schema of schemas is one that the compiler knows already. */
export function compileWith(ajv: Ajv2020, schema: object): ValidateFunction {
  const { $id = '' } = schema as AnySchemaObject;
  return ajv.getSchema($id) ?? ajv.compile(schema as AnySchemaObject);
}
