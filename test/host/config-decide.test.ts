/** Every row of the table of config that survives upgrades, for YAML and for prose. */
import { expect, test } from 'vitest';
import { type ConfigSituation, decideConfig } from '../../src/pack/config/decide.ts';
import { CONFIG_POLICIES, type ConfigPolicy } from '../../src/pack/config/outcome.ts';

type Texts = Readonly<Record<'V1' | 'V2' | 'EDITED' | 'MERGED' | 'CLASH' | 'place', string>>;

const KINDS: readonly (readonly [string, Texts])[] = [
  [
    'budgets.yaml',
    {
      V1: 'a: 1 # one\nb: 2\n',
      V2: 'a: 5 # one\nb: 2\n',
      EDITED: 'a: 1 # one\nb: 3\n',
      MERGED: 'a: 5 # one\nb: 3\n',
      CLASH: 'a: 9 # one\nb: 2\n',
      place: 'a',
    },
  ],
  [
    'agents/growth.md',
    {
      V1: '# Role\n\nBe brief.\n',
      V2: '# The role\n\nBe brief.\n',
      EDITED: '# Role\n\nBe kind.\n',
      MERGED: '# The role\n\nBe kind.\n',
      CLASH: '# My role\n\nBe brief.\n',
      place: 'line 1',
    },
  ],
];

type Part = Partial<Omit<ConfigSituation, 'path'>>;

function decide(path: string, part: Part, policy: ConfigPolicy = 'merge', restoreMissing = false) {
  const situation: ConfigSituation = {
    path,
    base: undefined,
    mine: undefined,
    theirs: undefined,
    wasOffered: part.base !== undefined,
    ...part,
  };
  const outcome = decideConfig(situation, { policy, restoreMissing });
  expect(outcome.sentence).not.toMatch(/undefined|changed( ;|$)|\.$/);
  return outcome;
}

/** What is on disk when the outcome has been applied, once or twice. */
function applied(outcome: ReturnType<typeof decide>, before: Record<string, string>) {
  const disk = new Map(Object.entries(before));
  for (let i = 0; i < 2; i += 1) {
    for (const { path, text } of outcome.writes) disk.set(path, text);
    for (const path of outcome.removes) disk.delete(path);
  }
  return Object.fromEntries(disk);
}

function besideOf(path: string) {
  return (text: string) => ({ path: `${path}.brctl-new`, text });
}

function oldOf(path: string) {
  return (text: string) => ({ path: `${path}.brctl-old`, text });
}

type Row = readonly [string, Part, string, string, readonly unknown[], Partial<object>?];

function rowsOf(path: string, texts: Texts): readonly Row[] {
  const { V1, V2, EDITED, MERGED, CLASH, place } = texts;
  const [beside, old] = [besideOf(path), oldOf(path)];
  const now = (text: string) => ({ path, text });
  return [
    ['same, same', { base: V1, mine: V1, theirs: V1 }, 'nothing', 'as-shipped', []],
    ['same, changed', { base: V1, mine: V1, theirs: V2 }, 'take-new', 'unedited', [now(V2)]],
    ['edited, same', { base: V1, mine: EDITED, theirs: V1 }, 'keep', 'nothing-new', []],
    ['edited as shipped now', { base: V1, mine: V2, theirs: V2 }, 'adopt', 'same-content', []],
    [
      'edited, changed elsewhere',
      { base: V1, mine: EDITED, theirs: V2 },
      'merged',
      'both-changed',
      [old(EDITED), now(MERGED)],
    ],
    [
      'edited, changed in the same place',
      { base: V1, mine: CLASH, theirs: V2 },
      'conflict',
      'both-changed',
      [beside(V2)],
      { places: [place] },
    ],
    ['edited, already has it', { base: V1, mine: MERGED, theirs: V2 }, 'keep', 'already-in', []],
    ['deleted, same', { base: V1, theirs: V1 }, 'stay-deleted', 'deleted', []],
    ['deleted, changed', { base: V1, theirs: V2 }, 'stay-deleted', 'deleted', []],
    ['deleted long ago', { theirs: V2, wasOffered: true }, 'stay-deleted', 'deleted', []],
    ['deleted, no longer shipped', { base: V1 }, 'nothing', 'absent', []],
    ['new', { theirs: V1 }, 'create', 'first-offer', [now(V1)]],
    ['new, in the way', { mine: EDITED, theirs: V1 }, 'beside', 'unowned', [beside(V1)]],
    ['new, the same is there', { mine: V1, theirs: V1 }, 'adopt', 'same-content', []],
    [
      'same, no longer shipped',
      { base: V1, mine: V1 },
      'remove',
      'no-longer-shipped',
      [],
      { removes: [path] },
    ],
    [
      'edited, no longer shipped',
      { base: V1, mine: EDITED },
      'obsolete-kept',
      'no-longer-shipped',
      [],
    ],
    ['a file of the operator alone', { mine: EDITED }, 'nothing', 'unowned', []],
    [
      'an emptied file is edited',
      { base: V1, mine: '', theirs: V2 },
      'conflict',
      'both-changed',
      [beside(V2)],
      { places: ['line 1'] },
    ],
    ['an empty file is edited', { base: V1, mine: '', theirs: V1 }, 'keep', 'nothing-new', []],
    ...openRowsOf(path, texts),
  ];
}

/** What was decided before and is still open. */
function openRowsOf(path: string, { V1, V2, EDITED, MERGED, CLASH }: Texts): readonly Row[] {
  return [
    [
      'a conflict of before, nothing new since',
      { base: V1, offered: V2, mine: CLASH, theirs: V2 },
      'open',
      'both-changed',
      [],
    ],
    [
      'a conflict of before that an edit ended',
      { base: V1, offered: V2, mine: EDITED, theirs: V2 },
      'merged',
      'both-changed',
      [oldOf(path)(EDITED), { path, text: MERGED }],
    ],
    ['in the way as before', { offered: V1, mine: EDITED, theirs: V1 }, 'open', 'unowned', []],
  ];
}

for (const [path, texts] of KINDS) {
  const rows = rowsOf(path, texts).map(
    ([title, part, kind, reason, writes, more]) =>
      [title, part, { kind, reason, writes }, more ?? {}] as const,
  );

  test.each(rows)(`${path}: %s`, (_, part, row, more) => {
    const outcome = decide(path, part);
    expect(outcome).toMatchObject({ ...row, path, movedFrom: undefined });
    const places = row.kind === 'open' ? outcome.places : [];
    expect(outcome).toMatchObject({ removes: [], places, ...more });
    expect(outcome.seen).toBe(part.mine);
  });

  test(`${path}: whatever the policy, an edit stays and what was deleted does not return`, () => {
    for (const policy of CONFIG_POLICIES) {
      for (const [, part] of rowsOf(path, texts)) {
        for (const isRenamed of [false, true]) {
          const from = isRenamed && part.mine !== undefined && part.theirs !== undefined;
          const moving = { mine: undefined, renamedFrom: { path: 'from', mine: part.mine } };
          const outcome = decide(path, from ? { ...part, ...moving } : part, policy);
          const before = part.mine === undefined ? {} : { [from ? 'from' : path]: part.mine };
          const after = applied(outcome, before);
          const isShipped = [part.base, part.theirs].includes(part.mine);
          if (part.mine !== undefined && !isShipped) {
            expect(Object.values(after)).toContain(part.mine);
          }
          if (part.mine === undefined && part.base !== undefined) expect(after).toEqual({});
        }
      }
    }
  });

  test(`${path}: a policy decides about edited files alone`, () => {
    const { V1, V2, EDITED, MERGED, CLASH, place } = texts;
    const [beside, old] = [besideOf(path), oldOf(path)];
    const edited = { base: V1, mine: EDITED, theirs: V2 };
    const clash = { base: V1, mine: CLASH, theirs: V2 };
    const unowned = { mine: EDITED, theirs: V1 };
    const now = (text: string) => ({ path, text });
    const rows: readonly (readonly [ConfigPolicy, Part, string, readonly unknown[]])[] = [
      ['merge', edited, 'merged', [old(EDITED), now(MERGED)]],
      ['keep', edited, 'beside', [beside(V2)]],
      ['new', edited, 'replaced', [old(EDITED), now(V2)]],
      ['fail', edited, 'merged', [old(EDITED), now(MERGED)]],
      ['merge', clash, 'conflict', [beside(V2)]],
      ['keep', clash, 'beside', [beside(V2)]],
      ['keep', { ...clash, offered: V2 }, 'open', []],
      ['new', clash, 'replaced', [old(CLASH), now(V2)]],
      ['fail', clash, 'refused', []],
      ['fail', { ...clash, offered: V2 }, 'refused', []],
      ['keep', unowned, 'beside', [beside(V1)]],
      ['new', unowned, 'replaced', [old(EDITED), now(V1)]],
      ['fail', unowned, 'refused', []],
      ...CONFIG_POLICIES.flatMap((policy) => [
        [policy, { base: V1, mine: V1, theirs: V2 }, 'take-new', [now(V2)]] as const,
        [policy, { base: V1, theirs: V2 }, 'stay-deleted', []] as const,
        [policy, { base: V1, mine: EDITED }, 'obsolete-kept', []] as const,
      ]),
    ];
    for (const [policy, part, kind, writes] of rows) {
      expect({ policy, ...decide(path, part, policy) }).toMatchObject({ policy, kind, writes });
    }
    expect(decide(path, clash, 'fail').sentence).toContain(place);
  });

  test(`${path}: --restore-missing creates what was deleted and touches nothing else`, () => {
    for (const [, part, kind] of rowsOf(path, texts)) {
      const outcome = decide(path, part, 'merge', true);
      expect(outcome.kind).toBe(kind === 'stay-deleted' ? 'restore' : kind);
      if (outcome.kind !== 'restore') continue;
      expect(outcome.writes).toEqual([{ path, text: part.theirs }]);
    }
  });

  test(`${path}: a rollback is the table run backwards`, () => {
    const { V1, V2, EDITED, MERGED, CLASH } = texts;
    expect(decide(path, { base: V2, mine: MERGED, theirs: V1 })).toMatchObject({
      kind: 'merged',
      writes: [
        { path: `${path}.brctl-old`, text: MERGED },
        { path, text: EDITED },
      ],
    });
    expect(decide(path, { base: V2, mine: V2, theirs: V1 }).kind).toBe('take-new');
    // The conflict of the way there is none on the way back: it had not come together with V2.
    const open = { base: V1, offered: V2 };
    expect(decide(path, { ...open, mine: CLASH, theirs: V1 }).kind).toBe('keep');
  });

  test(`${path}: edits move along when the pack renames the file`, () => {
    const { V1, V2, EDITED, MERGED, CLASH } = texts;
    const rename = (mine: string | undefined, part: Part) =>
      decide(path, { ...part, renamedFrom: { path: 'former', mine } });
    const gone = (mine: string, part: Part) => applied(rename(mine, part), { former: mine });
    expect(gone(V1, { base: V1, theirs: V1 })).toEqual({ [path]: V1 });
    expect(gone(V1, { base: V1, theirs: V2 })).toEqual({ [path]: V2 });
    expect(gone(EDITED, { base: V1, theirs: V1 })).toEqual({ [path]: EDITED });
    const old = { [`${path}.brctl-old`]: EDITED };
    expect(gone(EDITED, { base: V1, theirs: V2 })).toEqual({ [path]: MERGED, ...old });
    const beside = { [`${path}.brctl-new`]: V2 };
    expect(gone(CLASH, { base: V1, theirs: V2 })).toEqual({ [path]: CLASH, ...beside });
    expect(rename(EDITED, { base: V1, theirs: V1 })).toMatchObject({
      kind: 'moved',
      movedFrom: 'former',
      removes: ['former'],
      seen: EDITED,
    });
    expect(rename(CLASH, { base: V1, theirs: V2 })).toMatchObject({ kind: 'conflict' });
    expect(rename(undefined, { base: V1, theirs: V2 }).kind).toBe('stay-deleted');
    // The operator renamed it by hand; and the operator has a file of that name already.
    expect(rename(undefined, { base: V1, mine: EDITED, theirs: V2 }).kind).toBe('merged');
    expect(rename(V1, { base: V1, mine: EDITED, theirs: V2 })).toMatchObject({
      kind: 'beside',
      reason: 'unowned',
      movedFrom: undefined,
    });
  });
}

test('many places are named by the first few', () => {
  const text = (value: number) =>
    Array.from(
      { length: 8 },
      (_, i) => `k${i}: ${value}
`,
    ).join('');
  const part = { base: text(1), mine: text(2), theirs: text(3) };
  expect(decide('a.yaml', part).sentence).toBe(
    'edited, stays: both sides changed k0, k1, k2, k3, k4 and 3 more; ' +
      'the shipped version is in a.yaml.brctl-new',
  );
});
