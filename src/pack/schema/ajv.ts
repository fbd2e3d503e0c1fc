/** The compiler of schemas, with the one set of options that all schemas are compiled with. */
import { Ajv2020, type CodeOptions } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** `code` is for the build, which wants the text of validators and not their functions. */
export function createAjv(code: CodeOptions = {}): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    // `anyOf: [{ required: [a] }, { required: [b] }]` is the usual way to say "one of these".
    strictRequired: false,
    allowUnionTypes: true,
    logger: false,
    // What packs ship is checked before, with places; our own by a test.
    validateSchema: false,
    code,
  });
  formats.default(ajv);
  return ajv;
}
