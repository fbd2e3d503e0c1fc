/** OFX and CAMT.053: what statements say, damaged ones, and markup that is made to harm. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCamt } from '../../../packs/finance/adapters/camt/camt.ts';
import { readOfx } from '../../../packs/finance/adapters/ofx/ofx.ts';
import { formatDay } from '../../../packs/finance/core/day.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';
import type { Item } from '../../../packs/finance/core/reconcile/item.ts';
import type { StatementFile } from '../../../packs/finance/core/reconcile/statement.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/reconcile/${name}`, import.meta.url), 'utf8');
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const ofx = (text: string): StatementFile => readOfx(bytesOf(text), 's.ofx', {})!;
const camt = (text: string): StatementFile => readCamt(bytesOf(text), 's.xml', {})!;

const shown = (items: readonly Item[]) =>
  items.map((it) => [
    it.id,
    it.kind,
    formatDay(it.day),
    formatExact(it.units),
    it.currency,
    it.party,
  ]);
const said = ({ problems }: StatementFile): string[] =>
  problems.map((it) => `${it.severity} ${it.line}:${it.column} ${it.message}`);

const SGML = fixture('statement-1.ofx');
const XML = fixture('statement-2.ofx');
const CAMT = fixture('statement-camt053.xml');

describe('OFX 1', () => {
  it('is read with its unclosed and its empty elements; a day is the day of the bank', () => {
    const read = ofx(SGML);
    expect(said(read)).toEqual([]);
    expect(shown(read.statements[0]!.items)).toEqual([
      ['A1', 'payment', '2025-12-10', '5.00', 'USD', 'SMITH & SONS'],
      ['A2', 'fee', '2025-12-31', '2.50', 'USD', 'Monthly fee'],
      ['A3', 'refund', '2025-12-15', '-97.00', 'USD', 'STRIPE'],
    ]);
    expect(read.statements[0]).toMatchObject({
      account: '…1234',
      closing: { units: 89_500_000_000_000n, currency: 'USD' },
    });
    const [first, , third] = read.statements[0]!.items;
    expect(first).toMatchObject({ references: ['319'], place: { file: 's.ofx', line: 20 } });
    expect(third).toMatchObject({ text: 'STRIPE PO_1 & more' });
  });

  it('is in windows-1252 where its header says so', () => {
    const bytes = bytesOf(SGML.replace('SMITH & SONS', 'CAF#'));
    bytes[bytes.indexOf(0x23)] = 0xe9;
    expect(readOfx(bytes, 's.ofx', {})!.statements[0]!.items[0]!.party).toBe('CAFé');
  });
});

describe('OFX 2', () => {
  it('is read with every account, another currency, and a transaction that is there twice', () => {
    const read = ofx(XML);
    expect(read.statements.map(({ account, items }) => [account, shown(items)])).toEqual([
      ['…1111', [['…1111/1', 'payment', '2025-12-01', '80.00', 'EUR', 'Müller & Co']]],
      ['…2222', [['…2222/1', 'payment', '2025-12-02', '12.50', 'USD', 'Contoso AI']]],
    ]);
    expect(said(read)).toEqual([
      'warning 16:7 FITID "1" is there twice and counts once; the other is in line 15',
    ]);
  });

  it('keeps two transactions of one FITID that differ', () => {
    const read = ofx(XML.replace('<TRNAMT>-12.5<', '<TRNAMT>-13.5<'));
    expect(read.statements[1]!.items.map(({ id }) => id)).toEqual(['…2222/1', '…2222/1:16']);
    expect(said(read)[0]).toContain('is of two transactions');
  });
});

describe('what is wrong in OFX', () => {
  it.each([
    [
      '<TRNAMT>-5.00',
      '<TRNAMT>-5.0.0',
      'error 20:1 the transaction has an amount that does not read: "-5.0.0"',
    ],
    ['<TRNAMT>-5.00', '<TRNAMT>1,234.56', 'an amount that does not read: "1,234.56"'],
    ['<TRNAMT>-5.00', `<TRNAMT>${'9'.repeat(40)}`, 'an amount that does not read'],
    ['<TRNAMT>-5.00\n', '', 'the transaction has no amount'],
    ['20251210233000[-5:EST]', '20251310', 'DTPOSTED "20251310", which is no time'],
    ['20251210233000[-5:EST]', '20250229', 'which is no time'],
    ['20251210233000[-5:EST]', '20251210[+99:X]', 'which is no time'],
    ['<CURDEF>USD\n', '', 'the transaction has no currency'],
    ['<CURDEF>USD', '<CURDEF>XXQ', 'no known currency: "XXQ"'],
    ['</BANKTRANLIST>', '</NOTHING>', '</NOTHING> closes nothing'],
    ['</OFX>', '', '<OFX> is never closed'],
    ['<OFX>', '', 'has an OFX header and no <OFX>'],
  ])('%j as %j', (from, to, expected) => {
    expect(said(ofx(SGML.replace(from, to))).join('\n')).toContain(expected);
  });

  it('the answer of a bank that could not', () => {
    const text = SGML.replace(
      '<CODE>0<SEVERITY>INFO',
      '<CODE>15500<SEVERITY>ERROR<MESSAGE>Signon invalid',
    );
    expect(said(ofx(text))[0]).toContain('the bank answered with an error: Signon invalid');
  });

  it('nothing that a statement would be', () => {
    expect(readOfx(bytesOf('a,b\n1,2'), 's.ofx', {})).toBeUndefined();
    expect(readOfx(bytesOf(CAMT), 's.ofx', {})).toBeUndefined();
    expect(said(ofx(`${SGML.slice(0, SGML.indexOf('<BANKMSGSRSV1>'))}</OFX>`))[0]).toContain(
      'holds no bank or card statement',
    );
  });
});

describe('CAMT.053', () => {
  it('is read with batches, reversals and charges, and its balances agree', () => {
    const read = camt(CAMT);
    expect(said(read)).toEqual([]);
    const [statement] = read.statements;
    expect(shown(statement!.items)).toEqual([
      ['R1', 'payment', '2025-12-10', '50.00', 'EUR', 'Northwind Hosting'],
      ['R2/1', 'payment', '2025-12-11', '60.00', 'EUR', 'Contoso AI'],
      ['R2/2', 'payment', '2025-12-11', '40.00', 'EUR', 'Fabrikam'],
      ['R3', 'void', '2025-12-12', '-10.00', 'EUR', 'Returned'],
      ['s.xml:31', 'fee', '2025-12-31', '2.50', 'EUR', ''],
    ]);
    expect(shown(statement!.pending)).toEqual([
      ['P1', 'payment', '2025-12-31', '99.00', 'EUR', ''],
    ]);
    expect(statement!.items[0]).toMatchObject({
      text: 'Invoice T-001',
      references: ['RF18539007547034', 'I-1'],
      place: { file: 's.xml', line: 10 },
    });
    expect(statement).toMatchObject({
      account: '…1234',
      check: { difference: 0n, actual: 857_500_000_000_000n },
    });
  });

  it('is read in its older form and with prefixes as well', () => {
    const older = CAMT.replace('001.08', '001.02')
      .replaceAll(/<Sts><Cd>(\w+)<\/Cd><\/Sts>/g, '<Sts>$1</Sts>')
      .replaceAll(/<Pty>|<\/Pty>/g, '')
      .replaceAll(
        /(<TxDtls><Refs>.*?<\/Refs>)<Amt(.*?)<\/Amt>/g,
        '$1<AmtDtls><TxAmt><Amt$2</Amt></TxAmt></AmtDtls>',
      );
    expect(camt(older)).toEqual(camt(CAMT));
    const prefixed = CAMT.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1n:').replace('xmlns=', 'xmlns:n=');
    expect(camt(prefixed)).toEqual(camt(CAMT));
  });

  it('is in ISO-8859-1 where it says so', () => {
    const bytes = bytesOf(CAMT.replace('UTF-8', 'ISO-8859-1').replace('Fabrikam', 'Caf#'));
    bytes[bytes.indexOf(0x23)] = 0xe9;
    expect(readCamt(bytes, 's.xml', {})!.statements[0]!.items[2]!.party).toBe('Café');
  });

  it.each([
    [
      '>857.50<',
      '>857.49<',
      'the closing balance is 857.49, opening balance and lines make 857.50: -0.01 apart',
    ],
    [
      '>60.00<',
      '>61.00<',
      'warning 19:4 the transactions of the entry make -101.00, the entry is -100.00: kept as one',
    ],
    ['<Amt Ccy="EUR">50.00</Amt>', '<Amt>50.00</Amt>', 'Amt in "" is no amount with its currency'],
    ['<Amt Ccy="EUR">50.00</Amt>', '<Amt Ccy="EUR">-50</Amt>', '<Ntry>: "-50" is no amount'],
    ['50.00', '9'.repeat(60), 'is no amount with its currency'],
    ['<Dt>2025-12-10</Dt>', '<Dt>2025-02-30</Dt>', '<BookgDt>: "2025-02-30" is no date'],
    ['<CdtDbtInd>DBIT', '<CdtDbtInd>DEBIT', 'CdtDbtInd is "DEBIT"; it is CRDT or DBIT'],
    ['camt.053', 'camt.054', 'is CAMT.054, a notification'],
    ['</Ntry>', '</Entry>', '</Entry> closes nothing: <Ntry> is open'],
  ])('%j as %j is told', (from, to, expected) => {
    expect(said(camt(CAMT.replace(from, to))).join('\n')).toContain(expected);
  });

  it('keeps an entry whole whose transactions do not come to it', () => {
    const { items, check } = camt(CAMT.replace('>60.00<', '>61.00<')).statements[0]!;
    expect(shown(items)[1]).toEqual(
      ['R2', 'payment', '2025-12-11', '100.00', 'EUR', 'Northwind'].with(5, items[1]!.party),
    );
    expect(check?.difference).toBe(0n);
  });

  it('cut anywhere is an error, and never another amount', () => {
    const whole = camt(CAMT);
    const units = new Set(whole.statements[0]!.items.map((it) => `${it.id} ${it.units}`));
    fc.assert(
      fc.property(fc.integer({ min: 120, max: CAMT.length - 3 }), (end) => {
        const read = readCamt(bytesOf(CAMT.slice(0, end)), 's.xml', {});
        if (read === undefined) return;
        expect(read.problems.some(({ severity }) => severity === 'error')).toBe(true);
        for (const item of read.statements[0]?.items ?? []) {
          expect(units).toContain(`${item.id} ${item.units}`);
        }
      }),
    );
  });
});

describe('markup that is made to harm', () => {
  const head = '<?xml version="1.0"?>';
  const doc = (inside: string): string =>
    `${head}<Document xmlns="camt.053.001.08">${inside}</Document>`;

  it.each([
    [
      `${head}<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document xmlns="camt.053.001.08">&b;</Document>`,
      'declares a document type',
    ],
    [
      `${head}<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document xmlns="camt.053.001.08"/>`,
      'declares a document type',
    ],
    [doc('<a>&lol;</a>'), '"&lol;" is no entity of a statement'],
    [doc('<a>&constructor;</a>'), 'is no entity'],
    [doc('<a>&#0;</a>'), 'is no entity'],
    [doc('<a>&#xD800;</a>'), 'is no entity'],
    [doc('<a>AT&T</a>'), 'is no entity'],
    [doc('<a>'.repeat(100_000)), 'is nested more than 48 levels deep'],
    [doc(`<a>${'x'.repeat(70_000)}</a>`), 'has more than 64 KiB'],
    [doc(`<a>${'<![CDATA[xxxxxxxxxx]]>'.repeat(10_000)}</a>`), 'has too much text'],
    [
      doc(`<a ${Array.from({ length: 50 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
      'too many attributes',
    ],
    [doc('<a x="1" x="2"/>'), '<a> has x twice'],
    [doc('<a x=1/>'), 'the tag <a> does not read'],
    [doc('<a><!-- '), 'ends in the middle of a comment'],
    [doc('<a><![CDATA[ '), 'ends in the middle of a CDATA section'],
    [doc('<>'), 'a tag without a name'],
    [doc('<a></b>'), '</b> closes nothing: <a> is open'],
    [`${doc('')}<b/>`, 'a second root element'],
    [`${doc('')}text`, 'stands outside of an element'],
  ])('%#', (text, expected) => {
    const start = performance.now();
    expect(said(camt(text)).join('\n')).toContain(expected);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('of OFX 1 is bounded too', () => {
    const start = performance.now();
    expect(said(ofx(`OFXHEADER:100\n<OFX>${'<A>'.repeat(100_000)}`))[0]).toContain('levels deep');
    expect(said(ofx(`OFXHEADER:100\n<OFX>${'<A>x'.repeat(100_000)}</OFX>`))[0]).toContain(
      'no bank',
    );
    expect(said(ofx(`OFXHEADER:100\n<OFX><!DOCTYPE a></OFX>`))[0]).toContain('document type');
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('whatever it is, reading ends, in values', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '/>',
      'OFX',
      'STMTTRN',
      'Ntry',
      '&',
      ';',
      '"',
      ' ',
      '=',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '1',
      '\n',
      '<Stmt>',
      '<STMTRS>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        camt(doc(pieces.join('')));
        ofx(`OFXHEADER:100\n<OFX>${pieces.join('')}`);
      }),
      { numRuns: 1000 },
    );
  });
});

it.each(['\n', ''])('reads 50,000 entries in a few seconds, %j between them', (between) => {
  const entry = (i: number): string =>
    `<Ntry><Amt Ccy="EUR">1.25</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2025-12-01</Dt></BookgDt><AcctSvcrRef>${i}</AcctSvcrRef><AddtlNtryInf>Text ${i}</AddtlNtryInf></Ntry>`;
  const entries = Array.from({ length: 50_000 }, (_, i) => entry(i)).join(between);
  const statement = `<BkToCstmrStmt><Stmt>${entries}</Stmt></BkToCstmrStmt>`;
  const text = `<Document xmlns="camt.053.001.08">${statement}</Document>`;
  const start = performance.now();
  expect(camt(text).statements[0]!.items).toHaveLength(50_000);
  expect(performance.now() - start).toBeLessThan(4000);
});
