/** What a violation sounds like, for the keywords that config schemas use. */
import { expect, test } from 'vitest';
import { compileShipped } from '../../src/pack/schema/shipped-schema.ts';
import { parseYaml } from '../../src/pack/schema/yaml-document.ts';

function told(schema: object, text: string): string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(schema));
  const compiled = compileShipped(bytes, 'a.schema.json');
  expect(compiled.problems).toEqual([]);
  const found = compiled.schema?.check(parseYaml(text, 'a.yaml')) ?? [];
  return found.map(
    ({ line, column, message, hint }) =>
      `${line}:${column} ${message}${hint === undefined ? '' : ` -> ${hint}`}`,
  );
}

const AMOUNT = {
  type: 'object',
  properties: {
    amount: {
      anyOf: [
        { type: 'string', pattern: '^\\d+$' },
        {
          type: 'object',
          additionalProperties: false,
          required: ['fixed'],
          properties: { fixed: { type: 'string' } },
        },
      ],
    },
  },
};

test('of alternatives, only the one that was meant is told', () => {
  expect(told(AMOUNT, 'amount: { fixd: "1" }\n')).toEqual([
    '1:1 amount: missing key "fixed"',
    '1:11 amount: unknown key "fixd" (did you mean "fixed"?)',
  ]);
  expect(told(AMOUNT, 'amount: abc\n')).toEqual(['1:9 amount "abc" is not of the form ^\\d+$']);
});

test('when no alternative fits at all, the kinds that would are told', () => {
  expect(told(AMOUNT, 'amount: 5\n')).toEqual([
    '1:9 amount must be text or a map, and is the number 5 -> quote it: "5"',
  ]);
  expect(told(AMOUNT, 'amount: [5]\n')).toEqual([
    '1:9 amount must be text or a map, and is a list',
  ]);
});

test('a title says what alternatives are in one word', () => {
  const schema = {
    title: 'an amount',
    examples: ['37.50'],
    oneOf: [{ type: 'null' }, { type: 'string' }],
  };
  expect(told(schema, '[]\n')).toEqual([
    '1:1 the file must be an amount (for example "37.50"), and is a list',
  ]);
});

test('a key of the wrong form points at the key', () => {
  const schema = {
    type: 'object',
    properties: {
      amounts: { type: 'object', propertyNames: { title: 'a week', pattern: '^\\d{4}-W\\d\\d$' } },
    },
  };
  expect(told(schema, 'amounts:\n  2026-W01: 1\n  week 2: 1\n')).toEqual([
    '3:3 key "week 2" in amounts is not a week',
  ]);
});

test('of names that a key may have, the nearest is suggested', () => {
  const names = { anyOf: [{ enum: ['ServiceName', 'Source'] }, { pattern: '^Tags\\.' }] };
  const schema = { type: 'object', propertyNames: names };
  expect(told(schema, 'SourceName: 1\nServiceNmae: 1\nTags.a: 1\n')).toEqual([
    '1:1 key "SourceName" in the file is not a name it may have',
    '2:1 key "ServiceNmae" in the file is not a name it may have (did you mean "ServiceName"?)',
  ]);
});

test('a format is named', () => {
  const schema = { type: 'object', properties: { day: { type: 'string', format: 'date' } } };
  expect(told(schema, 'day: "2026-02-30"\n')).toEqual(['1:6 day "2026-02-30" is not a valid date']);
});

test('keys that are not there unless all are', () => {
  const schema = {
    type: 'object',
    properties: { from: { type: 'string' }, to: { type: 'string' } },
    dependentRequired: { from: ['to'] },
  };
  expect(told(schema, 'from: a\n')).toEqual(['1:1 missing key "to"']);
});

test('if and then are told by what then asks for', () => {
  const schema = {
    type: 'object',
    properties: { per: { enum: ['week', 'month'] }, day: { type: 'integer' } },
    if: { type: 'object', properties: { per: { const: 'month' } }, required: ['per'] },
    // biome-ignore lint/suspicious/noThenProperty: this is a keyword of JSON Schema.
    then: { required: ['day'] },
  };
  expect(told(schema, 'per: month\n')).toEqual(['1:1 missing key "day"']);
  expect(told(schema, 'per: week\n')).toEqual([]);
});

test('keys left over by a reference are unknown too', () => {
  const schema = {
    $defs: { base: { type: 'object', properties: { a: { type: 'string' } } } },
    type: 'object',
    $ref: '#/$defs/base',
    unevaluatedProperties: false,
  };
  expect(told(schema, 'a: x\nb: y\n')).toEqual(['2:1 unknown key "b"']);
});

test('a name with a slash or a tilde is found', () => {
  const schema = {
    type: 'object',
    properties: { 'a/b~c': { type: 'object', properties: { 'x y': { type: 'string' } } } },
  };
  expect(told(schema, 'a/b~c:\n  x y: [1]\n')).toEqual(['2:8 a/b~c.x y must be text, not a list']);
});

test('true, false and empty are called so', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  expect(told(schema, 'a: true\n')).toEqual([
    '1:4 a must be text, not the value true -> quote it: "true"',
  ]);
  expect(told(schema, 'a:\n')).toEqual(['1:1 a must be text, not empty']);
  expect(told(schema, 'a: ~\n')).toEqual(['1:4 a must be text, not empty -> quote it: "~"']);
});

test('what a schema marks writeOnly is never shown', () => {
  const secret = { writeOnly: true, type: 'string', pattern: '^\\$\\{[A-Z_]+\\}$' };
  const schema = { type: 'object', properties: { token: secret, pin: { ...secret } } };
  const lines = told(schema, 'token: hunter2\npin: 4711\n');
  expect(lines).toEqual([
    '1:8 token (hidden) is not of the form ^\\$\\{[A-Z_]+\\}$',
    '2:6 pin must be text, not the number',
  ]);
});

test('a very long value is cut', () => {
  const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^b' } } };
  const [line] = told(schema, `a: ${'x'.repeat(5_000)}\n`);
  expect(line?.length).toBeLessThan(120);
});
