/** Which shipped file is which, what it is compared with, and bytes that are no text. */
import { expect, test } from 'vitest';
import { codecFor } from '../../src/pack/config/config-text.ts';
import { type ConfigSituation, decideConfig } from '../../src/pack/config/decide.ts';
import { situationsOf } from '../../src/pack/config/pairing.ts';
import { type KnownConfig, remember } from '../../src/pack/config/remember.ts';

const V1 = 'a: 1\n';
const V2 = 'a: 2\n';

function decided(part: Partial<ConfigSituation>) {
  const absent = { base: undefined, mine: undefined, theirs: undefined, wasOffered: true };
  const situation = { path: 'a.yaml', ...absent, ...part };
  return decideConfig(situation, { policy: 'merge', restoreMissing: false });
}

function pair(
  known: readonly object[],
  theirs: readonly object[],
  disk: Record<string, string>,
): readonly (readonly [string, string])[] {
  return decidedOn(known, theirs, disk).settled.map(({ situation, kind }) => [
    situation.path,
    kind,
  ]);
}

/** Decisions about files, and what is remembered after them: the paths alone. */
function decidedOn(
  known: readonly object[],
  theirs: readonly object[],
  disk: Record<string, string>,
) {
  const plain = { path: 'old.yaml', text: V1, renamedFrom: undefined };
  const shipped = (each: object) => ({ ...plain, ...each });
  const before = known.map((each) => {
    const { path, text, renamedFrom } = shipped(each);
    return { path, base: text, offered: text, renamedFrom, ...each } satisfies KnownConfig;
  });
  const now = theirs.map(shipped);
  const situations = situationsOf({ known: before, theirs: now, mineOf: (path) => disk[path] });
  const settled = situations.map((situation) => {
    const { kind } = decideConfig(situation, { policy: 'merge', restoreMissing: false });
    return { situation, kind };
  });
  const renames = new Map(now.map(({ path, renamedFrom }) => [path, renamedFrom]));
  return { settled, after: remember(before, settled, renames) };
}

test('files are paired by path and by rename, forwards and backwards', () => {
  const renamed = { path: 'new.yaml', text: V2, renamedFrom: 'old.yaml' };
  expect(pair([], [{}], {})).toEqual([['old.yaml', 'create']]);
  expect(pair([{}], [{ text: V2 }], { 'old.yaml': V1 })).toEqual([['old.yaml', 'take-new']]);
  expect(pair([{}], [], { 'old.yaml': V1 })).toEqual([['old.yaml', 'remove']]);
  expect(pair([{}], [renamed], { 'old.yaml': V1 })).toEqual([['new.yaml', 'take-new']]);
  expect(pair([{}], [renamed], {})).toEqual([['new.yaml', 'stay-deleted']]);
  expect(pair([renamed], [{}], { 'new.yaml': V2 })).toEqual([['old.yaml', 'take-new']]);
  expect(pair([renamed], [{}], { 'new.yaml': 'a: 2\nb: 1\n' })).toEqual([['old.yaml', 'merged']]);
  // At both paths: the former one is decided about on its own.
  expect(pair([{}], [renamed], { 'old.yaml': V1, 'new.yaml': 'b: 1\n' })).toEqual([
    ['new.yaml', 'beside'],
    ['old.yaml', 'remove'],
  ]);
  // Still shipped under the former path: not a rename.
  expect(pair([{}], [{}, renamed], { 'old.yaml': V1 })).toEqual([
    ['old.yaml', 'nothing'],
    ['new.yaml', 'create'],
  ]);
  // Two that claim to be the same file: the first is believed.
  expect(pair([{}], [renamed, { ...renamed, path: 'b.yaml' }], { 'old.yaml': V1 })).toEqual([
    ['new.yaml', 'take-new'],
    ['b.yaml', 'create'],
  ]);
});

test('what a skipped version added is not taken for deleted by the operator', () => {
  const [kept] = decidedOn([{ path: 'a.yaml' }], [{ path: 'a.yaml', text: 'a: 2\nadded: 1\n' }], {
    'a.yaml': 'a: 9\n',
  }).after;
  expect(kept).toMatchObject({ base: V1, offered: 'a: 2\nadded: 1\n' });
  const V3 = 'a: 2\nadded: 1\nmore: 1\n';
  const open = { base: kept!.base, offered: kept!.offered, mine: 'a: 9\n', theirs: V3 };
  expect(decided(open)).toMatchObject({ kind: 'conflict', places: ['a'] });
  expect(decided({ ...open, mine: 'a: 2\n' }).writes.at(-1)).toEqual({
    path: 'a.yaml',
    text: V3,
  });
});

test('what is remembered: taken is the new base, deleted stays, removed is forgotten', () => {
  const renamed = { path: 'new.yaml', text: V2, renamedFrom: 'old.yaml' };
  const known = (...rows: Parameters<typeof decidedOn>) =>
    decidedOn(...rows).after.map(({ path, base, offered }) => [path, base, offered]);
  expect(known([], [{}], {})).toEqual([['old.yaml', V1, V1]]);
  expect(known([], [{}], { 'old.yaml': V2 })).toEqual([['old.yaml', undefined, V1]]);
  expect(known([{}], [{ text: V2 }], { 'old.yaml': V1 })).toEqual([['old.yaml', V2, V2]]);
  expect(known([{}], [{ text: V2 }], {})).toEqual([['old.yaml', V2, V2]]);
  expect(known([{}], [], { 'old.yaml': V1 })).toEqual([]);
  expect(known([{}], [], { 'old.yaml': 'b: 1\n' })).toEqual([['old.yaml', V1, V1]]);
  expect(known([{}], [], {})).toEqual([['old.yaml', V1, V1]]);
  expect(known([{}], [renamed], { 'old.yaml': V1 })).toEqual([['new.yaml', V2, V2]]);
  expect(known([{}], [renamed], {})).toEqual([['new.yaml', V2, V2]]);
  // At both paths the new one is somebody else's, and the former one was brctl's to take away.
  expect(known([{}], [renamed], { 'old.yaml': V1, 'new.yaml': 'b: 1\n' })).toEqual([
    ['new.yaml', undefined, V2],
  ]);
});

test('bytes that are no UTF-8 survive, and so does a byte order mark', () => {
  const latin = Uint8Array.of(0x61, 0x3a, 0xff, 0x0a, 0xc3, 0xbc, 0x0a);
  const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xbc, 0x0a);
  for (const files of [[latin, undefined], [marked], [latin, marked]]) {
    const codec = codecFor(files);
    for (const bytes of files) {
      if (bytes !== undefined) expect([...codec.encode(codec.decode(bytes))]).toEqual([...bytes]);
    }
  }
  expect(codecFor([marked]).decode(marked)).toBe('\uFEFFü\n');
  const codec = codecFor([latin, marked]);
  const base = codec.decode(latin);
  const outcome = decided({ path: 'a.md', base, mine: `${base}ours\n`, theirs: `new\n${base}` });
  expect([...codec.encode(outcome.writes.at(-1)?.text ?? '')]).toEqual([
    ...Buffer.from('new\n'),
    ...latin,
    ...Buffer.from('ours\n'),
  ]);
});
