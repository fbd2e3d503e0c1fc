/**
 * OFX bank and card statements: version 1 (SGML behind a header of `KEY:VALUE` lines) and 2 (XML).
 *
 * After the OFX Banking Specification 2.3 and 1.6 (Financial Data Exchange): amounts are signed as
 * the customer sees them, so what leaves the account is negative (3.2.9.2), with a point or a comma
 * and no groups (3.2.9.1); times are `YYYYMMDDHHMMSS.XXX[offset:zone]` (3.2.8); FITID is unique per
 * account (11.4.3); CURRENCY says that the amount is in that currency, ORIGCURRENCY that it was
 * converted from it (5.2).
 */
import type { Problems } from '../../core/reconcile/file-problem.ts';
import { walkMarkup } from '../../core/reconcile/markup.ts';
import type { MarkupNode } from '../../core/reconcile/markup-node.ts';
import { type Encoding, openText, type SourceText } from '../../core/reconcile/source-text.ts';
import type { Statement, StatementFile } from '../../core/reconcile/statement.ts';
import type { ReadBytes } from '../../ports/reconcile-files.ts';
import { type Draft, openDraft, statementOf } from './statement.ts';

const HEAD_BYTES = 4096;
const WHOLE: ReadonlySet<string> = new Set([
  'STMTTRN',
  'BANKACCTFROM',
  'CCACCTFROM',
  'LEDGERBAL',
  'AVAILBAL',
  'STATUS',
]);
const STATEMENTS: ReadonlySet<string> = new Set(['STMTRS', 'CCSTMTRS']);

export const readOfx: ReadBytes<StatementFile> = (bytes, file, { encoding }) => {
  const head = latin1(bytes.subarray(0, HEAD_BYTES));
  const isSgml = /^(?:\u00ef\u00bb\u00bf)?\s*OFXHEADER\s*:/i.test(head);
  const isXml =
    /^(?:\u00ef\u00bb\u00bf)?\s*<(?:\?xml|\?OFX|OFX>)/i.test(head) && /<\??OFX\b/i.test(head);
  if (!isSgml && !isXml) return undefined;
  const used = encoding ?? (isSgml ? sgmlEncoding(head) : xmlEncoding(head));
  const { source, problems } = openText(bytes, file, used);
  const statements = source === undefined ? [] : readStatements(source, isSgml);
  return {
    file,
    format: 'ofx',
    statements,
    payouts: [],
    skipped: [],
    problems: problems.found,
  };
};

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** `ENCODING:USASCII` with `CHARSET:1252` is what nearly every bank writes, and means it. */
function sgmlEncoding(head: string): Encoding {
  const value = (key: string): string =>
    new RegExp(`^\\s*${key}\\s*:\\s*(\\S+)`, 'im').exec(head)?.[1]?.toUpperCase() ?? '';
  if (/^UTF-?8$/.test(value('ENCODING')) || value('ENCODING') === 'UNICODE') return 'utf-8';
  return /^(1252|ISO-?8859-?1|8859-?1)$/.test(value('CHARSET')) ? 'windows-1252' : 'utf-8';
}

function xmlEncoding(head: string): Encoding {
  const declared = /<\?xml[^>]*encoding\s*=\s*["']([^"']+)/i.exec(head)?.[1]?.toLowerCase();
  return /^(windows-1252|cp1252|iso-8859-1|latin1)$/.test(declared ?? '')
    ? 'windows-1252'
    : 'utf-8';
}

function readStatements(source: SourceText, isSgml: boolean): Statement[] {
  const { problems } = source;
  const begin = source.raw.search(isSgml ? /<OFX>/i : /</);
  if (begin < 0) {
    problems.error({ code: 'file-unreadable', message: 'has an OFX header and no <OFX>' });
    return [];
  }
  const drafts: Draft[] = [];
  let current: Draft | undefined;
  const isComplete = walkMarkup(source, begin, {
    dialect: isSgml ? 'sgml' : 'xml',
    whole: WHOLE,
    open: (name, at) => {
      if (!STATEMENTS.has(name)) return;
      current = openDraft(source.lineOf(at));
      drafts.push(current);
    },
    node: (node) => (current === undefined ? outside(node, problems) : add(current, node)),
    close: (name) => {
      if (STATEMENTS.has(name)) current = undefined;
    },
  });
  if (isComplete && drafts.length === 0 && problems.found.length === 0) {
    const hint = 'download bank or card transactions; positions and loans are not read';
    problems.error({ code: 'no-statement', message: 'holds no bank or card statement', hint });
  }
  return drafts.map((draft) => statementOf(draft, source, drafts.length > 1));
}

function add(draft: Draft, node: MarkupNode): void {
  if (node.name === 'STMTTRN') draft.transactions.push(node);
  else draft.parts.set(node.name, node);
}

/** The server says that it could not do as asked: what is in the file is not all. */
function outside(node: MarkupNode, problems: Problems): void {
  if (node.name !== 'STATUS') return;
  const severity = node.children.find(({ name }) => name === 'SEVERITY')?.text.toUpperCase();
  if (severity !== 'ERROR') return;
  const said = node.children.find(({ name }) => name === 'MESSAGE')?.text ?? 'no reason given';
  const message = `the bank answered with an error: ${said.slice(0, 200)}`;
  problems.error({ at: node.at, code: 'bank-error', message, hint: 'download it again' });
}
