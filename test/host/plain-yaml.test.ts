/** Texts of a YAML file without the parser: what is said is what the parser says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/pack/schema/yaml-document.ts';
import { plainTexts } from '../../src/pack/trust/plain-yaml.ts';
import { ROOT } from '../support/host.ts';

/** The rest may be a number to one and a text to the other. */
const isTelling = (text: string) => /\$\{|:\/\//.test(text);

/** As the parser has them; undefined for what is not valid. */
function parsedTexts(source: string): readonly string[] | undefined {
  const { value, problems } = parseYaml(source, 'x.yaml');
  if (problems.some(({ severity }) => severity === 'error')) return undefined;
  const textsOf = (part: unknown): readonly string[] => {
    if (typeof part === 'string') return [part];
    return typeof part === 'object' && part !== null ? Object.values(part).flatMap(textsOf) : [];
  };
  return textsOf(value).filter(isTelling);
}

/** For `$A`: what the linter would take for a mistake. */
const named = (text: string): string => text.replaceAll(/\$([AB])/g, (_, name) => `\${${name}}`);

const VALUES = [
  '',
  '$A',
  '"$A/x"',
  "'$A'",
  'https://a.example/x#y',
  '"https://a.example" # "$B"',
  'https://a.example # $B',
  '# $B',
  'plain $A text - more',
  'a: $A',
  'a:$A',
  '$A:',
  '"$A',
  '"a" $A',
  '"a\\"$A"',
  "'it''s $A'",
  '| # $B',
  '>-',
  '&x $A',
  '*x',
  '!!str $A',
  '[a, "$A"]',
  "[ 'https://a.example' ,b ] # [$B]",
  '[$A]',
  '[a, b',
  '[]',
  '{ percent: 80, to: "$A" }',
  '{ a: 1, a: "$A" }',
  '{ null: 1, Null: "$A" }',
  '{ a: b: "$A" }',
  '{ a: "x: $A", b: \'y\' } # } "$B"',
  '{}',
  '- $A',
  '? $A',
  '-5 $A',
  '@$A',
  '%$A',
  '-$A',
  '80 % of $A',
  '$A\t# x',
  '"$A"# x',
  '\u00e9 $A',
  'a \u00e9 \u{1F600} $A',
].map(named);
const KEYS = [
  'a',
  'b',
  'c',
  'c-d',
  'null',
  'Null',
  'true',
  'a b',
  '"a"',
  '1',
  '<<',
  named('$A'),
  '_',
];

const line = fc
  .record({
    spaces: fc.nat({ max: 6 }),
    dashes: fc.constantFrom('', '', '', '- ', '-  ', '- - ', '-'),
    key: fc.option(fc.constantFrom(...KEYS)),
    colon: fc.constantFrom(': ', ': ', ': ', ':', ':   ', ' : '),
    value: fc.constantFrom(...VALUES),
  })
  .map(({ spaces, dashes, key, colon, value }) => {
    return `${' '.repeat(spaces)}${dashes}${key === null ? '' : key + colon}${value}`;
  });

const ODD = ['', '#', '  # a: $B', '---', '--- # x', '...', '%YAML 1.2', ' \t', '- ', '\uFEFFa: b'];
const anyText = fc
  .array(fc.oneof({ weight: 8, arbitrary: line }, fc.constantFrom(...ODD)), { maxLength: 7 })
  .chain((lines) => fc.constantFrom('\n', '\n', '\r\n', '\r').map((end) => lines.join(end)));

/** Mostly valid: what stands below a key is indented by as much. */
const { tree } = fc.letrec<{ tree: string[] }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(...VALUES).map((value) => [value]),
    fc
      .tuple(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd-e')), fc.array(tie('tree')))
      .chain(([keys, below]) =>
        fc.nat({ max: 3 }).map((by) => keys.flatMap((key, i) => under(`${key}:`, below[i], by))),
      ),
    fc
      .array(tie('tree'), { minLength: 1, maxLength: 3 })
      .map((items) =>
        items.flatMap(([first = '[]', ...rest]) => [
          `- ${first}`,
          ...rest.map((each) => `  ${each}`),
        ]),
      ),
  ),
}));

function under(key: string, below: string[] | undefined, by: number): string[] {
  if (below === undefined || below.length === 0) return [key];
  const isValue = below.length === 1 && !/^- |^[a-z-]+:( |$)/.test(below[0]!);
  if (isValue) return [`${key} ${below[0]}`];
  return [key, ...below.map((each) => ' '.repeat(by) + each)];
}

const ODD_SLIPS = [
  ',',
  '- ',
  '-',
  '[',
  ']',
  '{',
  '}',
  '|',
  '&',
  '*',
  '!',
  '%',
  '\\',
  '\t',
  '\r',
  'a',
];

const EXAMPLE = named(`---
# token: $B
global:
  notification_channels:
  - type: slack   # token: $B
    webhook_url: "$A"
    notify: [pm, "cfo"]
  -   type: webhook
      url: https://a.example/hook/$B
      thresholds:
        - { percent: 80, severity: warning } # $B
escalation: {}
sources:

  litellm:
    url: 'http://127.0.0.1:4000'
    message: 80 % is spent - look at #finops
  other:
note: https://b.example
`);

describe('texts without the parser', () => {
  const isTrue = (source: string): boolean => {
    const texts = plainTexts(source);
    if (texts === undefined) return false;
    expect([source, texts.filter(isTelling)]).toEqual([source, parsedTexts(source)]);
    return true;
  };

  test('are those of the parser, whatever the lines are', () => {
    let understood = 0;
    const check = (source: string) => {
      understood += isTrue(source) ? 1 : 0;
    };
    fc.assert(fc.property(anyText, check), { numRuns: 3000 });
    expect(understood).toBeGreaterThan(100);
  });

  test('are those of the parser, in documents that are one', () => {
    let understood = 0;
    const check = (lines: readonly string[]) => {
      understood += isTrue(lines.join('\n')) ? 1 : 0;
    };
    fc.assert(fc.property(tree, check), { numRuns: 3000 });
    expect(understood).toBeGreaterThan(300);
  });

  test('of one line after another, in every pair of values', () => {
    for (const first of VALUES) {
      for (const second of VALUES) {
        for (const [a, b] of [
          ['', ''],
          ['', '  '],
          ['- ', '- '],
          ['- ', '  '],
          ['x: ', '  - '],
        ]) {
          isTrue(`${a}k: ${first}\n${b}l: ${second}\n`);
          isTrue(`${a}${first}\n${b}${second}\n`);
        }
      }
    }
  });

  test('are found in what people write', () => {
    const shipped = join(ROOT, 'packs/finance/config/usage-alerts-config.yaml');
    for (const source of [
      readFileSync(shipped, 'utf8'),
      EXAMPLE,
      EXAMPLE.replaceAll('\n', '\r\n'),
    ]) {
      expect(isTrue(source)).toBe(true);
    }
    expect(plainTexts(EXAMPLE)?.filter(isTelling)).toEqual(
      ['$A', 'https://a.example/hook/$B', 'http://127.0.0.1:4000', 'https://b.example'].map(named),
    );
  });

  test('are those of the parser in what people write with a few slips', () => {
    const slip = fc.record({
      at: fc.nat({ max: EXAMPLE.length }),
      cut: fc.nat({ max: 3 }),
      put: fc.constantFrom(
        '',
        '',
        ' ',
        '  ',
        '\n',
        '\n  ',
        '#',
        ' #',
        ':',
        ': ',
        '"',
        "'",
        ...ODD_SLIPS,
      ),
    });
    let understood = 0;
    const check = (slips: readonly { at: number; cut: number; put: string }[]) => {
      const source = slips.reduce(
        (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
        EXAMPLE,
      );
      understood += isTrue(source) ? 1 : 0;
    };
    const slips = fc.array(slip, { minLength: 1, maxLength: 3 });
    fc.assert(fc.property(slips, check), { numRuns: 2000 });
    expect(understood).toBeGreaterThan(300);
  });

  test('are given up where two keys that are no text are one', () => {
    for (const source of [
      'null: 1\nNull: "$A"',
      'true: 1\nTrue: "$A"',
      'a: { null: 1, NULL: "$A" }',
    ]) {
      expect([source, parsedTexts(named(source))]).toEqual([source, undefined]);
      expect([source, plainTexts(named(source))]).toEqual([source, undefined]);
    }
  });

  test('are given up where brackets are nested without end', () => {
    expect(plainTexts(`${'- '.repeat(5000)}a`)).toBeUndefined();
  });
});
