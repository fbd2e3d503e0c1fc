/**
 * What every Warehouse adapter must do, to the last digit. An adapter's test hands in a function
 * that makes a warehouse holding exactly the given charges; each is filed under its `source` and
 * `period`, with its columns as the ledger types them (costs DECIMAL(38,12), times UTC).
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import type { Warehouse } from '../../packs/finance/ports/warehouse.ts';
import { someCharges, someQuestion } from '../support/ledgers.ts';
import { bases, daysOfCharge, spreading } from './warehouse-amounts.ts';
import { days } from './warehouse-days.ts';
import { emptyLedger, files, grouping, keptApart } from './warehouse-groups.ts';
import { type CellsOf, type MakeWarehouse, question } from './warehouse-question.ts';

export function runWarehouseContract(name: string, makeWarehouse: MakeWarehouse): void {
  describe(`the warehouse contract, kept by ${name}`, () => {
    const opened: Warehouse[] = [];
    afterEach(async () => {
      for (const warehouse of opened.splice(0)) await warehouse.close();
    });
    const open: MakeWarehouse = async (charges) => {
      const warehouse = await makeWarehouse(charges);
      opened.push(warehouse);
      return warehouse;
    };
    const cellsOf: CellsOf = async (charges, ask) => (await open(charges)).aggregate(question(ask));

    describe('an empty ledger', () => emptyLedger(open));
    describe('the days of a charge', () => daysOfCharge(cellsOf));
    describe('spreading', () => spreading(open, cellsOf));
    describe('the bases', () => bases(cellsOf));
    describe('what is kept apart', () => keptApart(cellsOf));
    describe('days', () => days(open, cellsOf));
    describe('grouping', () => grouping(cellsOf));
    describe('the files of the ledger', () => files(open));

    it('gives the cells of the reference for any ledger and question', async () => {
      await fc.assert(
        fc.asyncProperty(someCharges(), someQuestion(), async (charges, asked) => {
          const warehouse = await makeWarehouse(charges);
          try {
            const cells = await warehouse.aggregate(asked);
            expect(cells).toEqual(await memoryWarehouse(charges).aggregate(asked));
          } finally {
            await warehouse.close();
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
