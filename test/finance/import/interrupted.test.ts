/** An import that was decided and could not be put in place: the next one ends it, or says so. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { OpenImportPorts } from '../../../packs/finance/import/import.ts';
import { openImport } from '../../../packs/finance/wire.ts';
import { type Deployment, deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';

/** The folder of a month says no, once. */
const refusing: OpenImportPorts = async (context) => {
  const ports = await openImport(context);
  const commit = () => Promise.reject(new Error('EACCES: permission denied'));
  return { ...ports, intake: { ...ports.intake, commit } };
};

function csv({ root }: Deployment, name: string, amount: string): string {
  const file = join(root, name);
  writeFileSync(file, focusCsv([cost(amount)]));
  return file;
}

/** The ledger holds 10, an import of 13 was decided and stopped. */
async function stopped() {
  const here = deployment();
  await importFiles(here, [csv(here, 'a.csv', '10')]);
  const again = importFiles(here, [csv(here, 'b.csv', '13')], { open: refusing });
  await expect(again).rejects.toThrow('EACCES');
  return here;
}

const told = (json: { warnings: { code: string }[] }) => json.warnings.map(({ code }) => code);

it('what had been staged is put in place by the next import, of whatever source', async () => {
  const here = await stopped();
  const other = await importFiles(here, [csv(here, 'c.csv', '1')], { source: 'other' });
  expect(told(other.json)).toEqual([]);
  const { json } = await importFiles(here, [join(here.root, 'a.csv')], { dryRun: true });
  expect(json.periods[0].replaced.totals).toEqual({ USD: '13.00' });
});

it('what is gone is told, and the ledger never claims to have it', async () => {
  const here = await stopped();
  rmSync(join(here.root, 'data/finance/.staging'), { recursive: true });
  const other = await importFiles(here, [csv(here, 'c.csv', '1')], { source: 'other' });
  expect(other.json.status).toBe('imported');
  expect(other.json.warnings).toEqual([
    expect.objectContaining({
      code: 'import-lost',
      message: expect.stringMatching(/into aws of .* is gone: import it again$/),
    }),
  ]);
  const { json } = await importFiles(here, [join(here.root, 'b.csv')]);
  expect(told(json)).toEqual([]);
  expect(json.periods[0].replaced.totals).toEqual({ USD: '10.00' });
});
