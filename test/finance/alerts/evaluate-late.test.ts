/** Charges that come long after the end of their period: told, once, and not for ever. */
import { describe, expect, it } from 'vitest';
import type { ChargeRecord } from '../../../packs/finance/adapters/memory/charge-record.ts';
import { NOTHING } from '../../../packs/finance/core/alert-state/memory.ts';
import { evaluate, noticesOf, rowsOf, type Scene } from '../../support/alert-evaluation.ts';
import { charge } from '../../support/charge.ts';

const configOf = (period: string): string => `global:
  notification_channels: [{ type: stdout, name: out }]
  fallback: out
budget_alerts:
  spend: { amount: 70, currency: USD, period: ${period}, severity: critical }
`;
const cost = (day: string, amount: string, source = 'aws') => charge({ source, day, cost: amount });

type Import = readonly [at: string, through: string];
const EARLY: Import = ['2026-03-25T09:00:00Z', '2026-03-23'];
const WHOLE: Import = ['2026-04-07T09:00:00Z', '2026-03-31'];
const SOME = [cost('2026-03-24', '8')];
const ALL = [...SOME, cost('2026-03-30', '500'), cost('2026-04-06', '1')];

/** What a daily run knows: the last import tells how far the source is complete. */
const known = (charges: readonly ChargeRecord[], imports: readonly Import[], through?: string) => ({
  ...{ config: configOf('month'), charges, learnt: { aws: imports } },
  through: { aws: through ?? imports.at(-1)![1] },
});
const BEFORE = known(SOME, [EARLY]);
const AFTER = known(ALL, [EARLY, WHOLE], '2026-04-05');
const at = (day: string): string => `${day}T10:00:00Z`;

/** Every day in turn, what was told of it. */
async function told(days: readonly (readonly [day: string, scene: Omit<Scene, 'now'>])[]) {
  const found: string[] = [];
  let memory = NOTHING;
  for (const [day, scene] of days) {
    const done = await evaluate({ ...scene, now: at(day), memory });
    memory = done.memory;
    found.push(...noticesOf(done).map((notice) => `${day} ${notice}`));
  }
  return found;
}

describe('a month whose end was not known when it was over', () => {
  it('is open until it is known, and tells what it came to', async () => {
    const days = [
      ['2026-03-25', BEFORE],
      ['2026-03-30', BEFORE],
      ['2026-04-06', BEFORE],
      ['2026-04-07', AFTER],
      ['2026-04-08', AFTER],
      ['2026-04-11', { ...AFTER, through: { aws: '2026-04-10' } }],
      ['2026-04-13', { ...AFTER, through: { aws: '2026-04-12' } }],
      ['2026-04-14', { ...AFTER, through: { aws: '2026-04-13' } }],
    ] as const;
    expect(await told(days)).toEqual([
      '2026-03-30 out first: budget/spend',
      '2026-04-07 out first: budget/spend/70.00',
      '2026-04-07 out resolved: budget/spend ended',
      '2026-04-13 out reset: budget/spend/70.00 ended',
    ]);
  });

  it('is over when nobody looked in the meantime', async () => {
    const late = { ...AFTER, through: { aws: '2026-04-19' } };
    const over = cost('2026-03-23', '80');
    const days = [
      ['2026-03-25', known([over, ...SOME], [EARLY])],
      ['2026-04-04', known([over, ...SOME], [EARLY])],
      ['2026-04-20', { ...late, charges: [over, ...ALL] }],
      ['2026-04-21', { ...late, charges: [over, ...ALL] }],
    ] as const;
    expect(await told(days)).toEqual([
      '2026-03-25 out first: budget/spend/70.00',
      '2026-04-04 out first: budget/spend',
      '2026-04-20 out reset: budget/spend/70.00 ended',
      '2026-04-20 out resolved: budget/spend ended',
    ]);
  });

  it('is not waited for longer than two months', async () => {
    const scene = { ...known(ALL, [EARLY], '2026-05-30') };
    const march = 'budget/spend/70.00 2026-03 firing 508.00/70.00 USD';
    expect(await rowsOf({ ...scene, now: '2026-06-01T23:59:59Z' })).toContain(march);
    expect(await rowsOf({ ...scene, now: '2026-06-02T00:00:00Z' })).not.toContain(march);
  });

  it('is not there for who imports it first when it is long closed', async () => {
    const history: Scene = {
      ...known(ALL, [['2026-04-07T09:00:00Z', '2026-03-31']], '2026-04-05'),
      now: at('2026-04-07'),
    };
    expect(await rowsOf(history)).toEqual(['budget/spend/70.00 2026-04 inactive 1.00/70.00 USD']);
  });

  it('waits also while the next one is imported without its end', async () => {
    const next: Import = ['2026-04-03T09:00:00Z', '2026-04-02'];
    const without = known([...SOME, cost('2026-04-02', '1')], [EARLY, next]);
    const whole = known(ALL, [EARLY, next, ['2026-04-20T09:00:00Z', '2026-03-31']], '2026-04-19');
    expect(
      await told([
        ['2026-04-03', without],
        ['2026-04-20', whole],
      ]),
    ).toEqual(['2026-04-20 out first: budget/spend/70.00']);
  });

  it('waits for the sources of its own charges, not for those of others', async () => {
    const config = `${configOf('month').replace('severity', 'match: [{ Source: gcp }], severity')}`;
    const scene: Scene = {
      ...{ ...AFTER, config, now: at('2026-04-07') },
      charges: [...ALL, cost('2026-03-28', '90', 'gcp'), cost('2026-04-05', '2', 'gcp')],
      through: { aws: '2026-04-05', gcp: '2026-04-06' },
      learnt: {
        ...AFTER.learnt,
        gcp: [
          ['2026-03-20T09:00:00Z', '2026-03-19'],
          ['2026-04-01T09:00:00Z', '2026-03-31'],
        ],
      },
    };
    expect(await rowsOf(scene)).toEqual(['budget/spend/70.00 2026-04 inactive 2.00/70.00 USD']);
  });
});

describe('what is known in time', () => {
  it.each([
    ['2026-04-02', '2026-04-05', true],
    ['2026-04-02', '2026-04-06', false],
    ['2026-04-04', '2026-04-08', true],
    ['2026-04-04', '2026-04-10', false],
  ])('on %s: on %s it is open: %s', async (day, now, isOpen) => {
    const scene = known(ALL, [EARLY, [at(day), '2026-03-31']], '2026-04-05');
    const rows = await rowsOf({ ...scene, now: at(now) });
    const march = 'budget/spend/70.00 2026-03 firing 508.00/70.00 USD';
    expect(rows.includes(march)).toBe(isOpen);
  });
});

it.each([
  ['week', '2026-W13', '2026-05-03T23:00:00Z', true],
  ['week', '2026-W13', '2026-05-04T00:00:00Z', false],
  ['day', '2026-03-24', '2026-04-07T23:00:00Z', true],
  ['day', '2026-03-24', '2026-04-08T00:00:00Z', false],
])('a %s is waited for too, though not as long: %s %s %s', async (period, label, now, isOpen) => {
  const imports: readonly Import[] = [
    ['2026-03-25T09:00:00Z', '2026-03-22'],
    [now, '2026-03-31'],
  ];
  const charges = [cost('2026-03-24', '500'), cost('2026-04-05', '1')];
  const scene = { ...known(charges, imports, now.slice(0, 10)), config: configOf(period), now };
  const row = `budget/spend/70.00 ${label} firing 500.00/70.00 USD`;
  expect((await rowsOf(scene)).includes(row)).toBe(isOpen);
});
