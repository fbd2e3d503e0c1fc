/** Two imports of one source at once. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockImports } from '../../packs/finance/adapters/sqlite/import-lock.ts';
import { FINANCE_CONSENT } from '../support/consent.ts';
import { ask, contextOf, deployment } from '../support/finance.ts';
import { cost, focusCsv } from '../support/focus-csv.ts';
import { brctl } from '../support/program.ts';

const DECEMBER = { from: '2025-12-01', until: '2026-01-01' };

describe('two imports at once', () => {
  it('wait for each other: both end, and one of them is the ledger', async () => {
    const here = deployment();
    await brctl(['pack', 'install', 'finance', FINANCE_CONSENT, `--target=${here.root}`]);
    const files = ['3', '4'].map((amount) => here.file(`${amount}.csv`, focusCsv([cost(amount)])));
    const ended = await Promise.all(
      files.map((file) =>
        brctl(['finance', 'import', file, '--source', 'aws', `--target=${here.root}`]),
      ),
    );
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(['= 3.00 USD', '= 4.00 USD']).toContain((await ask(here, DECEMBER)).join());
  });

  it('end with exit code 8 when the other one does not end', async () => {
    const here = deployment();
    await brctl(['pack', 'install', 'finance', FINANCE_CONSENT, `--target=${here.root}`]);
    const file = here.file('a.csv', focusCsv([cost('1')]));
    const lock = join(here.root, 'data/finance/import-lock.db');
    const unlock = await lockImports(contextOf(here.root), lock);
    const words = ['finance', 'import', file, '--source', 'aws', `--target=${here.root}`];
    const { code, err, out } = await brctl(words);
    unlock();
    expect({ code, out }).toEqual({ code: 8, out: '' });
    expect(err).toMatch(/^another import is running; waiting for it to end\n/);
    expect(err).toMatch(/brctl: another import has held .*import-lock\.db for more than 10 s\n/);
    expect((await brctl(words)).code).toBe(0);
  });
});
