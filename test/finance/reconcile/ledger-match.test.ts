/** Invoices beside what the ledger was billed for them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../packs/finance/core/day.ts';
import { formatExact, formatScaled, parseUnits } from '../../../packs/finance/core/money.ts';
import {
  type Billed,
  type LedgerCell,
  matchLedger,
  numberKey,
  toleranceOf,
} from '../../../packs/finance/core/reconcile/ledger-match.ts';

type CellChange = Partial<Omit<LedgerCell, 'day' | 'units'>> &
  Readonly<{ day?: string; cost?: string }>;

function cell({ day = '2026-03-02', cost = '5.00', ...rest }: CellChange = {}): LedgerCell {
  return {
    ...{ source: 'acme', invoice: null, names: ['Acme Hosting', 'Compute'], currency: 'USD' },
    ...{ charges: 1, unknown: 0, isEstimate: false, ...rest },
    ...{ day: parseDay(day), units: parseUnits(cost) },
  };
}

type InvoiceChange = Partial<Omit<Billed, 'day' | 'units'>> &
  Readonly<{ day?: string; amount?: string }>;

function invoice({ day = '2026-03-01', amount = '5.00', ...rest }: InvoiceChange = {}): Billed {
  return {
    ...{ id: 'A-1', number: 'A-1', party: 'Acme Hosting', service: 'Hosting', currency: 'USD' },
    ...{ references: [], ...rest },
    ...{ day: parseDay(day), units: parseUnits(amount) },
  };
}

const COMPLETE = new Map([['acme', parseDay('2026-03-31')]]);

function match(
  invoices: readonly Billed[],
  cells: readonly LedgerCell[],
  through: ReadonlyMap<string, ReturnType<typeof parseDay> | undefined> = COMPLETE,
) {
  return matchLedger({ invoices, cells, through });
}

/** `A-1 differs by vendor: amount_differs -15.00 (per_week)` */
function told(...asked: Parameters<typeof match>): readonly string[] {
  const { rows, untracked } = match(...asked);
  const facts = ['per_week', 'complete', 'estimated', 'unknown', 'besides'];
  const lines = rows.map(({ id, outcome, by, reasons }) => {
    const why = reasons.map(({ code, difference, evidence }) => {
      const said = evidence.map(({ fact }) => fact).filter((fact) => facts.includes(fact));
      const gap = difference === undefined ? '' : ` ${formatExact(difference)}`;
      return `: ${code}${gap}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
    });
    return `${id} ${outcome}${by === undefined ? '' : ` by ${by}`}${why.join('')}`;
  });
  const left = untracked.map(
    ({ name, period, units, currency }) =>
      `untracked ${name} ${period} ${formatExact(units)} ${currency}`,
  );
  return [...lines, ...left];
}

describe('an invoice', () => {
  it('is what the charges of its number come to, whatever the month', () => {
    const cells = [
      cell({ invoice: 'a/1', cost: '3.00' }),
      cell({ invoice: 'A-1', cost: '2.00', day: '2026-04-02' }),
      cell({ invoice: 'A-2', cost: '7.00' }),
    ];
    expect(told([invoice()], cells)).toEqual([
      'A-1 matched by invoice',
      'untracked Acme Hosting 2026-03 7.00 USD',
    ]);
    expect(told([invoice({ amount: '9.00' })], cells.slice(0, 2))).toEqual([
      'A-1 differs by invoice: amount_differs 4.00',
    ]);
  });

  it('without such charges is what its vendor was charged in its month', () => {
    const cells = [cell({ cost: '4.00' }), cell({ cost: '1.00', day: '2026-03-31' })];
    expect(told([invoice()], [...cells, cell({ day: '2026-04-01' })])).toEqual([
      'A-1 matched by vendor',
    ]);
    expect(told([invoice({ party: 'ACME Hosting, Inc.' })], cells)).toEqual([
      'A-1 matched by vendor',
    ]);
  });

  it('shares the month with other invoices of its vendor', () => {
    const both = [
      invoice({ amount: '2.00' }),
      invoice({ id: 'A-2', number: 'A-2', amount: '3.00' }),
    ];
    expect(told(both, [cell()])).toEqual(['A-1 matched by vendor', 'A-2 matched by vendor']);
    expect(match(both, [cell()]).rows[0]!.together).toEqual(['A-1', 'A-2']);
    expect(told(both, [cell({ cost: '50.00' })])).toEqual([
      'A-1 differs by vendor: amount_differs -45.00',
      'A-2 differs by vendor: amount_differs -45.00',
    ]);
  });

  it('that the ledger does not know is not in it, unless it is of nothing', () => {
    expect(told([invoice({ party: 'Someone', service: undefined })], [])).toEqual([
      'A-1 missing: not_in_ledger 5.00',
    ]);
    expect(told([invoice({ amount: '0.00' })], [])).toEqual(['A-1 matched: nothing_due 0.00']);
  });

  it('of a name that fits two vendors as well is left to neither', () => {
    const cells = [cell({ names: ['Acme Hosting'] }), cell({ names: ['Acme Domains'] })];
    const [first] = told([invoice({ party: 'Acme', service: undefined })], cells);
    expect(first).toBe('A-1 missing: not_in_ledger 5.00');
  });

  it('of another vendor is not taken for one that sells the same', () => {
    const cells = [cell({ names: ['Acme', 'Acme API'] })];
    expect(told([invoice({ party: 'Someone', service: 'API' })], cells)[0]).toBe(
      'A-1 missing: not_in_ledger 5.00',
    );
    expect(told([invoice({ party: 'Card', service: 'Acme seats' })], cells)[0]).toBe(
      'A-1 matched by vendor',
    );
  });

  it('says when it asks for a month what each week costs', () => {
    const cells = ['02', '09', '16', '23'].map((day) => cell({ day: `2026-03-${day}` }));
    expect(told([invoice()], cells)).toEqual([
      'A-1 differs by vendor: amount_differs -15.00 (per_week)',
    ]);
    const uneven = [...cells, cell({ day: '2026-03-30', cost: '9.00' })];
    expect(told([invoice()], uneven)).toEqual(['A-1 differs by vendor: amount_differs -24.00']);
  });

  it('says what the ledger does not know yet, estimates, or cannot count', () => {
    const cells = [cell({ cost: '9.00', isEstimate: true })];
    expect(told([invoice()], cells, new Map())).toEqual([
      'A-1 differs by vendor: amount_differs -4.00 (complete, estimated)',
    ]);
    expect(told([invoice()], [cell(), cell({ cost: '0', unknown: 1 })])).toEqual([
      'A-1 differs by vendor: amount_differs 0.00 (unknown)',
    ]);
  });

  it('is never compared across currencies', () => {
    const euro = cell({ currency: 'EUR' });
    expect(told([invoice()], [euro])).toEqual(['A-1 differs by vendor: wrong_currency']);
    expect(told([invoice()], [euro, cell({ cost: '9.00' })])).toEqual([
      'A-1 differs by vendor: amount_differs -4.00 (besides)',
    ]);
  });
});

describe('the tolerance of FOCUS 1.4', () => {
  const of = (charges: number, currency = 'USD') =>
    formatExact(toleranceOf([{ charges }], currency), 2);

  it('is 100 coins, or half a coin for the square root of the rows', () => {
    expect(of(5)).toBe('1.00');
    expect(of(40_000)).toBe('1.00');
    expect(of(1_000_000)).toBe('5.00');
    expect(of(5, 'JPY')).toBe('100.00');
    expect(of(0)).toBe('1.00');
  });

  it('is met on the edge, not beyond, and the difference is told', () => {
    expect(told([invoice({ amount: '6.00' })], [cell()])).toEqual([
      'A-1 matched by vendor: rounding 1.00',
    ]);
    expect(told([invoice({ amount: '6.000000000001' })], [cell()])).toEqual([
      'A-1 differs by vendor: amount_differs 1.000000000001',
    ]);
  });
});

it('numbers are the same whatever stands between their letters and digits', () => {
  expect(numberKey('INV-2026/001')).toBe(numberKey('inv 2026 001'));
  expect(numberKey('１２')).toBe('12');
  expect(numberKey('--')).toBe('');
});

it('every charge of the months is beside one invoice or untracked, in any order of rows', () => {
  const name = fc.constantFrom('Acme Hosting', 'Bluebird Mail', 'Cirrus Data');
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-03-${String(n).padStart(2, '0')}`);
  const cost = fc.integer({ min: -500, max: 5000 }).map((n) => formatScaled(BigInt(n), 2));
  const number = fc.constantFrom(null, 'N-1', 'N-2');
  const someCells = fc.array(
    fc
      .record({ name, day, cost, number, currency: fc.constantFrom('USD', 'EUR') })
      .map((each) =>
        cell({ ...each, names: [each.name], source: each.name, invoice: each.number }),
      ),
    { maxLength: 15 },
  );
  const someInvoices = fc
    .array(fc.record({ name, day, cost, number }), { minLength: 1, maxLength: 6 })
    .map((all) =>
      all.map((each, i) =>
        invoice({
          ...{ id: `I-${i}`, party: each.name, service: undefined, day: each.day },
          ...{ amount: each.cost, number: each.number ?? undefined },
        }),
      ),
    );
  fc.assert(
    fc.property(someInvoices, someCells, fc.func(fc.integer()), (invoices, cells, shuffle) => {
      const { rows, untracked } = match(invoices, cells);
      expect(rows.map(({ id }) => id)).toEqual(invoices.map(({ id }) => id));
      const groups = new Map(
        rows
          .filter(({ by }) => by === 'vendor')
          .map((row) => [row.together.join(), row.units ?? 0n]),
      );
      const usd = cells.filter(({ currency }) => currency === 'USD');
      const all = usd.reduce((sum, { units }) => sum + units, 0n);
      const numbered = new Set(invoices.flatMap((each) => each.number ?? []));
      const cited = usd.filter((each) => each.invoice !== null && numbered.has(each.invoice));
      const byNumber = cited.reduce((sum, { units }) => sum + units, 0n);
      const byVendor = [...groups.values()].reduce((sum, units) => sum + units, 0n);
      const left = untracked
        .filter(({ currency }) => currency === 'USD')
        .reduce((sum, { units }) => sum + units, 0n);
      expect(byNumber + byVendor + left).toBe(all);
      const turned = cells.toSorted((a, b) => shuffle(a.day) - shuffle(b.day));
      const again = match(invoices, turned);
      expect(again.rows).toEqual(rows);
      expect(again.untracked).toEqual(untracked);
    }),
    { numRuns: 200 },
  );
});
