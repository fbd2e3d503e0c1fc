/** The port over real files: what is asked finds its reader, and a tracker is replaced whole. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from 'brctl/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { readCamt } from '../../../packs/finance/adapters/camt/camt.ts';
import { readInvoiceDetail } from '../../../packs/finance/adapters/invoice-detail/read.ts';
import {
  readMappedBank,
  readMappedInvoices,
} from '../../../packs/finance/adapters/mapped-csv/mapped-csv.ts';
import { readMapping } from '../../../packs/finance/adapters/mapped-csv/mapping.ts';
import { readOfx } from '../../../packs/finance/adapters/ofx/ofx.ts';
import {
  readStripeInvoices,
  readStripeStatement,
} from '../../../packs/finance/adapters/stripe-files/stripe.ts';
import { localReconcileFiles } from '../../../packs/finance/adapters/tracker-csv/local-files.ts';
import type { ReconcileFiles } from '../../../packs/finance/ports/reconcile-files.ts';
import { temporaryFolder } from '../../support/host.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/reconcile');
const fixture = (name: string): string => join(FIXTURES, name);

let folder: string;
let files: ReconcileFiles;
beforeEach(() => {
  folder = temporaryFolder();
  let count = 0;
  files = localReconcileFiles({
    context: {
      uniqueId: () => {
        count += 1;
        return `id${count}`;
      },
    },
    cwd: folder,
    invoices: [readInvoiceDetail, readStripeInvoices, readMappedInvoices],
    statements: [readOfx, readCamt, readStripeStatement, readMappedBank],
    mapping: readMapping,
  });
});

describe('each file finds its reader', () => {
  it.each([
    ['statement-1.ofx', undefined, 'ofx'],
    ['statement-2.ofx', undefined, 'ofx'],
    ['statement-camt053.xml', undefined, 'camt.053'],
    ['stripe-balance.csv', undefined, 'stripe'],
    ['stripe-balance.json', undefined, 'stripe'],
    ['bank.csv', 'bank.yaml', 'bank-csv'],
  ])('statement %s', async (name, mapping, format) => {
    const asked = { mapping: mapping === undefined ? undefined : fixture(mapping) };
    const read = await files.readStatement(fixture(name), asked);
    expect(read.format).toBe(format);
    expect(read.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(read.statements[0]!.items.length).toBeGreaterThan(0);
    expect(await files.readStatement(fixture(name), asked)).toEqual(read);
  });

  it.each([
    ['invoice-detail.csv', undefined, 'invoice-detail'],
    ['stripe-invoices.json', undefined, 'stripe'],
    ['invoices-mapped.csv', 'invoices-mapped.yaml', 'csv'],
  ])('invoices %s', async (name, mapping, format) => {
    const asked = { mapping: mapping === undefined ? undefined : fixture(mapping) };
    const read = await files.readInvoices(fixture(name), asked);
    expect(read.format).toBe(format);
    expect(read.problems).toEqual([]);
    expect(read.invoices.length).toBeGreaterThan(0);
  });

  it('or is told what would help', async () => {
    const read = await files.readStatement(fixture('tracker.csv'), {});
    expect(read.problems[0]).toMatchObject({
      code: 'unknown-format',
      message: 'is no OFX, CAMT.053 or Stripe export',
    });
    expect((await files.readInvoices(fixture('bank.csv'), {})).problems[0]?.hint).toContain(
      'kind invoices',
    );
  });
});

it('rules of a mapping hold for a format that needs no columns', async () => {
  const rules = [
    'kind: bank',
    'rules:',
    '  - { if: "STRIPE*", kind: payout, reference: "{1}" }',
    '  - { contains: fee, skip: true }',
  ].join('\n');
  writeFileSync(join(folder, 'rules.yaml'), rules);
  const read = await files.readStatement(fixture('statement-1.ofx'), { mapping: 'rules.yaml' });
  expect(read.statements[0]!.items.map(({ id, kind }) => [id, kind])).toEqual([
    ['A1', 'payment'],
    ['A3', 'payout'],
  ]);
  expect(read.statements[0]!.items[1]!.references).toEqual(['PO_1 & more']);
  expect(read.skipped).toHaveLength(1);
});

it('a mapping with problems reads nothing', async () => {
  writeFileSync(join(folder, 'm.yaml'), 'kind: bnk\n');
  const read = await files.readStatement(fixture('bank.csv'), { mapping: 'm.yaml' });
  expect(read.statements).toEqual([]);
  expect(read.problems[0]).toMatchObject({ file: 'm.yaml', line: 1, column: 7 });
});

describe('files that cannot be read', () => {
  it.each([
    ['nothing.csv', 'cannot read nothing.csv: there is no such file'],
    ['.', '. is a folder'],
  ])('%s', async (name, message) => {
    await expect(files.readTracker(name, {})).rejects.toMatchObject({
      kind: 'operational',
      message,
    });
  });

  it('one that is too large is not read', async () => {
    writeFileSync(join(folder, 'large.csv'), Buffer.alloc(65 * 1024 * 1024, 0x61));
    await expect(files.readTracker('large.csv', {})).rejects.toMatchObject({
      code: 'file-too-large',
      message: 'large.csv is larger than 64 MiB',
    });
  });
});

describe('writing a tracker', () => {
  const before = readFileSync(fixture('tracker.csv'), 'utf8');
  const path = (): string => join(folder, 't.csv');
  beforeEach(() => {
    writeFileSync(path(), before);
    chmodSync(path(), 0o640);
  });

  it('replaces it, with its mode, and leaves nothing beside it', async () => {
    const tracker = await files.readTracker('t.csv', {});
    const changes = new Map([[1, { reconciled: 'Yes', notes: 'Matched, exactly' }]]);
    expect(await files.writeTracker(tracker, changes)).toEqual({ path: path(), isChanged: true });
    const expected = before.replace('AI/ML APIs,,\n', 'AI/ML APIs,Yes,"Matched, exactly"\n');
    expect(readFileSync(path(), 'utf8')).toBe(expected);
    expect(statSync(path()).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['t.csv']);
  });

  it('writes nothing where nothing changes', async () => {
    const { ino, mtimeMs } = statSync(path());
    const tracker = await files.readTracker('t.csv', {});
    const same = new Map([[0, { reconciled: 'Yes' }]]);
    expect((await files.writeTracker(tracker, same)).isChanged).toBe(false);
    expect(statSync(path())).toMatchObject({ ino, mtimeMs });
  });

  it('writes a copy elsewhere when asked, the same where nothing changes', async () => {
    const tracker = await files.readTracker('t.csv', {});
    await files.writeTracker(tracker, new Map(), 'copy.csv');
    expect(readFileSync(join(folder, 'copy.csv'), 'utf8')).toBe(before);
  });

  it('refuses a tracker with errors, and says where', async () => {
    writeFileSync(path(), before.replace('876.80', '876.80x'));
    const tracker = await files.readTracker('t.csv', {});
    // What is wrong is what the SDK prints.
    const problems: readonly Diagnostic[] = tracker.problems;
    expect(problems).toHaveLength(1);
    await expect(files.writeTracker(tracker, new Map(), 'copy.csv')).rejects.toMatchObject({
      code: 'tracker-damaged',
      message: expect.stringContaining('t.csv:3:'),
    });
    expect(readdirSync(folder)).toEqual(['t.csv']);
  });

  it('follows a link to the file', async () => {
    mkdirSync(join(folder, 'links'));
    symlinkSync('../t.csv', join(folder, 'links/l.csv'));
    const tracker = await files.readTracker('links/l.csv', {});
    await files.writeTracker(tracker, new Map([[1, { notes: 'x' }]]));
    expect(readFileSync(path(), 'utf8')).toContain('AI/ML APIs,,x\n');
    expect(readdirSync(join(folder, 'links'))).toEqual(['l.csv']);
  });

  it('refuses where it was changed or cannot be written, and leaves it as it is', async () => {
    const tracker = await files.readTracker('t.csv', {});
    await expect(
      files.writeTracker(tracker, new Map([[99, { notes: 'x' }]])),
    ).rejects.toMatchObject({
      code: 'tracker-unwritable',
      message: 't.csv: the tracker has no row 99',
    });
    await expect(
      files.writeTracker(tracker, new Map([[0, { notes: 'x' }]]), 'no/such/folder.csv'),
    ).rejects.toMatchObject({ code: 'tracker-unwritable' });
    writeFileSync(path(), `${before}\n`);
    await expect(files.writeTracker(tracker, new Map([[0, { notes: 'x' }]]))).rejects.toMatchObject(
      {
        code: 'tracker-changed',
      },
    );
    expect(readFileSync(path(), 'utf8')).toBe(`${before}\n`);
    expect(readdirSync(folder)).toEqual(['t.csv']);
  });
});
