/** Documents for a schema: one with everything in it that the schema knows, and many bad ones. */
import fc from 'fast-check';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Node = Readonly<Record<string, unknown>>;

/** Keeps to the schema, as far as its parts alone say how. */
export function sampleOf(schema: object): Json {
  return sample(schema as Node, schema as Node);
}

function sample(node: Node, root: Node): Json {
  if ('const' in node) return node.const as Json;
  if (Array.isArray(node.enum)) return node.enum[0];
  if (Array.isArray(node.examples)) return node.examples[0];
  if (typeof node.$ref === 'string') return sample(resolved(node.$ref, root), root);
  const [first] = [node.anyOf, node.oneOf].find(Array.isArray) ?? [];
  if (first !== undefined) return sample({ ...node, ...first, anyOf: 0, oneOf: 0 }, root);
  switch (Array.isArray(node.type) ? node.type[0] : node.type) {
    case 'object':
      return sampleMap(node, root);
    case 'array':
      return sampleList(node, root);
    case 'integer':
    case 'number':
      return (node.minimum as number | undefined) ?? 1;
    case 'boolean':
      return false;
    case 'string':
      return sampleText(node);
    default:
      return null;
  }
}

function resolved(reference: string, root: Node): Node {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce((at, step) => at[step] as Node, root);
}

function sampleMap({ properties = {}, additionalProperties, propertyNames }: Node, root: Node) {
  const known = Object.entries(properties as Record<string, Node>);
  const more = typeof additionalProperties === 'object' ? (additionalProperties as Node) : null;
  const name = propertyNames === undefined ? 'more' : `${sample(propertyNames as Node, root)}`;
  return Object.fromEntries([
    ...known.map(([key, each]) => [key, sample(each, root)]),
    ...(more === null ? [] : [[name, sample(more, root)]]),
  ]) as Json;
}

function sampleList({ items, prefixItems, minItems = 1 }: Node, root: Node): Json {
  if (Array.isArray(prefixItems)) return prefixItems.map((each) => sample(each, root));
  return Array.from({ length: minItems as number }, () => sample((items ?? {}) as Node, root));
}

function sampleText({ pattern, format, minLength = 1, maxLength = 1000 }: Node): Json {
  if (format === 'date-time') return '2026-01-02T03:04:05Z';
  if (typeof pattern !== 'string') return 'x'.repeat(minLength as number);
  const fits = fc
    .stringMatching(new RegExp(pattern))
    .filter((text) => text.length >= Number(minLength) && text.length <= Number(maxLength));
  return fc.sample(fits, { numRuns: 1, seed: 1 })[0]!;
}

const STRANGE: readonly Json[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'x y',
  'toString',
  '2026-13-45T99:00:00Z',
  'ü'.repeat(5000),
  [],
  [null, null],
  {},
  { __proto: 1, 'a/b~c': { d: [1] } },
];

/** The document with one part taken out, put twice, replaced or added, at every place in turn. */
export function* spoiled(document: Json): Generator<Json> {
  yield* STRANGE;
  if (typeof document !== 'object' || document === null) return;
  const put = (key: string, value: Json | undefined): Json => {
    if (!Array.isArray(document)) return { ...document, [key]: value } as Json;
    return document.with(Number(key), value);
  };
  for (const [key, inside] of Object.entries(document)) {
    for (const each of spoiled(inside)) yield put(key, each);
    if (!Array.isArray(document)) {
      const { [key]: _, ...others } = document as Record<string, Json>;
      yield others;
      yield { ...others, [`${key}s`]: inside };
    }
  }
  if (Array.isArray(document)) yield [...document, ...document];
  else yield { ...document, 'not-known': [{ a: 1 }] };
}
