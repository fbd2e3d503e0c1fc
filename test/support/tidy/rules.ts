/**
 * The rules of the house, as data: who may import whom, what must not be written and what to
 * write instead, how long things may grow. The engine is beside this file; README.md of the
 * project says where the table comes from. To change a rule, change it here and say why there.
 */

export type Area = Readonly<{
  name: string;
  at: RegExp;
  /** Areas it may import, by value and by type; itself is implied. */
  may: readonly string[];
  /** Where set, parts of the area must not know each other; the match names the part. */
  part?: RegExp;
  /** Specifiers of packages and Node built-ins it may import. */
  uses: RegExp;
  /** The same, but with `import type` only. */
  usesTypes?: RegExp;
  remedy: string;
}>;

const ANY = /./;
const NONE = /^$/;

/** Pure: no effect, no clock, no state of their own. */
const PURE = /^(csv-stringify(\/sync)?|temporal-polyfill|node:path)$/;

/** Native code comes from the host: a pack's bundle has none of it. */
export const NATIVE = /^(@duckdb\/node-api|node:sqlite)$/;

/** First match wins. Paths that match none, such as tests, may import anything. */
export const AREAS: readonly Area[] = [
  {
    name: 'sdk',
    at: /^src\/sdk\//,
    may: [],
    uses: NONE,
    usesTypes: NATIVE,
    remedy: 'the SDK stands alone: hand the value in, or keep the file in the host',
  },
  {
    name: 'host',
    at: /^src\//,
    may: ['sdk'],
    uses: ANY,
    remedy: 'packs are loaded from an installed generation at run time',
  },
  {
    name: 'core',
    at: /^packs\/finance\/core\//,
    may: [],
    uses: /^(croner|re2js|temporal-polyfill)$/,
    remedy: 'core is pure values: move what needs more to a feature or an adapter',
  },
  {
    name: 'ports',
    at: /^packs\/finance\/ports\//,
    may: ['core'],
    uses: NONE,
    remedy: 'a port is types over core and prose',
  },
  {
    name: 'adapters',
    at: /^packs\/finance\/adapters\//,
    may: ['core', 'ports', 'sdk'],
    part: /^packs\/finance\/adapters\/[^/]+/,
    uses: /^node:/,
    remedy: 'an adapter knows core, ports, brctl/sdk and its one vendor (see VENDORS)',
  },
  {
    name: 'wire',
    at: /^packs\/finance\/(wire(-[a-z]+)?|index)\.ts$/,
    may: ['core', 'ports', 'adapters', 'features', 'sdk'],
    uses: /^node:path$/,
    remedy: 'wire.ts and index.ts only connect',
  },
  {
    name: 'features',
    at: /^packs\/finance\/[^/]+\//,
    may: ['core', 'ports', 'sdk'],
    part: /^packs\/finance\/[^/]+/,
    uses: PURE,
    remedy: 'a feature reaches the world through a port; what two features share belongs in core',
  },
];

/** The one package of an adapter folder besides Node's own. */
export const VENDORS: Readonly<Record<string, RegExp>> = {
  duckdb: /^@duckdb\/node-api$/,
  exec: /^execa$/,
  exports: /^csv-parse(\/sync)?$/,
  'mapped-csv': /^yaml$/,
  slack: /^@slack\/web-api$/,
  smtp: /^nodemailer$/,
  sqlite: /^node:sqlite$/,
  'usage-files': /^csv-parse(\/sync)?$/,
  'yaml-config': /^(yaml|ajv|ajv\/dist\/2020\.js)$/,
};

/**
 * `testing.ts` hands tests the real native modules, so it loads what the host would load; no pack
 * imports it at run time.
 */
export const FREE_FILES = /^src\/sdk\/testing\.ts$/;

/** May use what only development has: it makes the package, it is not in it. */
export const BUILD_FILES = /^(src\/build\.ts|test\/|bin\/)/;

export type Ban = Readonly<{
  pattern: RegExp;
  /** `code` leaves out strings and comments; `text` is everything. */
  in: 'code' | 'text';
  allow: RegExp;
  use: string;
}>;

/** They are full of what the rules look for. */
const ABOUT_RULES = /^test\/support\/tidy\/(rules|canary)\.ts$/;

export const BANS: readonly Ban[] = [
  {
    pattern: /\bnew Date\(\)|\bDate\.now\(/,
    in: 'code',
    allow: /^(src\/host\.ts$|test\/(bench|faults|support)\/)/,
    use: 'context.now, or a Day or Date argument',
  },
  {
    pattern: /\bprocess\.(exit|cwd|env|stdout|stderr|stdin)\b/,
    in: 'code',
    allow: /^(bin\/|src\/(host|build)\.ts$|test\/)/,
    use: 'the Context, or a returned Outcome',
  },
  { pattern: /\bconsole\./, in: 'code', allow: NONE, use: 'context.streams' },
  {
    pattern: /\bas any\b/,
    in: 'code',
    allow: NONE,
    use: 'satisfies, or a type guard',
  },
  {
    pattern: /@ts-(ignore|nocheck)/,
    in: 'text',
    allow: ABOUT_RULES,
    use: '@ts-expect-error with a reason',
  },
  {
    pattern: /\bparseFloat\(|\.toFixed\(/,
    in: 'code',
    allow: /^test\/bench\//,
    use: 'core/money.ts',
  },
  {
    pattern: /\bMath\.random\(|\brandomUUID\b/,
    in: 'code',
    allow: /^src\/host\.ts$/,
    use: 'context.uniqueId, or a seeded generator passed in',
  },
  {
    pattern: /\binstanceof BrctlError\b/,
    in: 'code',
    allow: NONE,
    use: 'isBrctlError: a pack carries its own copy of the class',
  },
  {
    pattern: /\b(test|it|describe)\.only\b/,
    in: 'code',
    allow: NONE,
    use: 'a name on the command line while working',
  },
  {
    pattern: /\b(TODO|FIXME)\b/,
    in: 'text',
    allow: ABOUT_RULES,
    use: 'an issue, or do it now',
  },
  {
    pattern: /(?<![\w.])\/(work|tmp|root)\//,
    in: 'text',
    allow: ABOUT_RULES,
    use: 'a path that means something on another machine',
  },
];

/** A contract is one document, and its editors follow references within it: it may be longer. */
export const LIMITS = { fileLines: 300, schemaLines: 400, functionLines: 70, columns: 100 };

/** Names that say nothing; a pack's entry and the SDK's barrel are called what they are. */
export const JUNK_NAME =
  /(^|\/)(utils?|helpers?|common|misc|shared|lib|types|manager|index)\.[jt]s$/;
export const JUNK_NAME_ALLOWED = /^(packs\/[^/]+|src\/sdk)\/index\.ts$/;

export const TOP_LEVEL = [
  'README.md',
  'bin',
  'fixtures',
  'pack.yaml',
  'package-lock.json',
  'package.json',
  'packs',
  'schemas',
  'src',
  'test',
  'tsconfig.json',
];

/** Made by tools, not by us: .gitignore has them. Dot-files are free. */
export const IGNORED = new Set(['.git', '.demo', 'coverage', 'dist', 'node_modules']);

/** Read for code rules. */
export const CODE_FILE = /\.[jt]s$/;
/** May not grow too long; a schema is read by people too. */
export const SIZED_FILE = /\.[jt]s$|^schemas\/.+\.json$/;
/** Read for words; what fixtures hold is data, whatever it says. */
export const TEXT_FILE = /\.([jt]s|md|ya?ml|json)$/;
export const DATA_FILE = /^(package-lock\.json$|fixtures\/.+\/|test\/.*\.golden\.)/;
/** No formatter breaks these lines. */
export const WIDE_FILE = /\.(json|md)$/;
