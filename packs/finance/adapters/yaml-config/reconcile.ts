/** The ReconcileSettings port over `config/finance/reconcile.yaml`. */
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, compareDiagnostics, operationalError, place } from 'brctl/sdk';
import { type Document, isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type {
  ReconcileAddition,
  ReconcileConfig,
  ReconcileSettings,
} from '../../ports/reconcile-settings.ts';
import { openSource } from './part.ts';
import { readReconcile } from './reconcile-values.ts';

const FILE = 'reconcile.yaml';

const HEAD = `\
# What reconciliation may assume, and what people have said of its matches.
# brctl finance matches confirm and reject add to the lists; edit them at will.
`;

export type YamlReconcileOptions = Readonly<{
  context: Pick<Context, 'uniqueId'>;
  /** `<target>/config/finance` */
  folder: string;
}>;

export function yamlReconcile({ context, folder }: YamlReconcileOptions): ReconcileSettings {
  const path = join(folder, FILE);
  return {
    read: async () => parsed((await textOf(path)) ?? '', path),
    add: async (addition) => {
      const before = (await textOf(path)) ?? '';
      const config = parsed(before, path);
      const after = added(before === '' ? HEAD : before, config, addition);
      if (after === undefined) return { path, isChanged: false };
      // What a later run could not read is not written.
      parsed(after, path);
      if (((await textOf(path)) ?? '') !== before) {
        throw operationalError('config-changed', `${path} has just changed`, 'run it again');
      }
      await replace(path, after, context.uniqueId());
      return { path, isChanged: true };
    },
  };
}

function parsed(text: string, path: string): ReconcileConfig {
  const source = openSource(text, path);
  const value = source.problems.length === 0 ? readReconcile(source) : undefined;
  const [first, ...others] = source.problems.toSorted(compareDiagnostics);
  if (first === undefined) return value!;
  const more = others.map(({ line }) => line).join(', ');
  const hint = [first.hint, more === '' ? undefined : `more problems: line ${more}`];
  throw operationalError(
    'config-invalid',
    `${place(first)}: ${first.message}`,
    hint.filter((each) => each !== undefined).join('; ') || undefined,
  );
}

/** Undefined: everything is there already. */
function added(
  text: string,
  { memory }: ReconcileConfig,
  addition: ReconcileAddition,
): string | undefined {
  const document = parseDocument(text);
  const { aliases = [], confirmed = [], rejected = [] } = addition;
  const pairs = confirmed.flatMap(({ entries, payments }) =>
    entries.flatMap((entry) => payments.map((payment) => ({ entry, payment }))),
  );
  const steps = [
    addTo(document, 'aliases', newOf(aliases, memory.aliases)),
    addTo(document, 'confirmed', newOf(confirmed, memory.confirmed)),
    addTo(document, 'rejected', newOf(rejected, memory.rejected)),
    dropFrom(document, 'rejected', memory.rejected, (each) =>
      pairs.some((pair) => same(each, pair)),
    ),
    dropFrom(document, 'confirmed', memory.confirmed, ({ entries, payments }) =>
      rejected.some(({ entry, payment }) => entries.includes(entry) && payments.includes(payment)),
    ),
  ];
  if (!steps.some((isChanged) => isChanged)) return undefined;
  return document.toString({ lineWidth: 0 });
}

function same(a: object, b: object): boolean {
  const sorted = (value: object): string => JSON.stringify(Object.entries(value).sort());
  return sorted(a) === sorted(b);
}

function newOf<T extends object>(asked: readonly T[], known: readonly T[]): readonly T[] {
  return asked.filter((each) => !known.some((other) => same(each, other)));
}

function addTo(document: Document, key: string, values: readonly object[]): boolean {
  if (values.length === 0) return false;
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  if (!isSeq(document.get(key))) document.set(key, document.createNode([]));
  const list = document.get(key) as YAMLSeq;
  list.flow = false;
  for (const value of values) list.add(document.createNode(value));
  return true;
}

function dropFrom<T extends object>(
  document: Document,
  key: string,
  known: readonly T[],
  isOut: (value: T) => boolean,
): boolean {
  const list = document.get(key);
  const gone = known.flatMap((value, i) => (isOut(value) ? [i] : []));
  if (gone.length === 0 || !isSeq(list)) return false;
  for (const i of gone.reverse()) list.delete(i);
  return true;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw operationalError('config-unreadable', `cannot read ${path}: ${message}`);
  }
}

async function replace(path: string, text: string, unique: string): Promise<void> {
  const draft = `${path}.${unique}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const mode = await stat(path).then(
      (found) => found.mode & 0o777,
      () => 0o644,
    );
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw operationalError(
      'config-unwritable',
      `cannot write ${path}: ${(cause as Error).message}`,
    );
  }
}
