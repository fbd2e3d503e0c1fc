/**
 * CAMT.053 (ISO 20022 BankToCustomerStatement), versions 001.02 to 001.13.
 *
 * After the ISO 20022 message definitions: CdtDbtInd is the direction of the entry itself, and
 * RvslInd says that it takes an earlier one back ("if CdtDbtInd is CRDT and RvslInd is Yes, the
 * original operation was a debit entry"), so it never turns the sign. From version 001.04 a status
 * is `Sts/Cd`, from 001.08 a party is `Cdtr/Pty/Nm`; both forms are read. Opening is OPBD or PRCD,
 * closing CLBD; a page of a statement has ITBD for either.
 */
import { walkMarkup } from '../../core/reconcile/markup.ts';
import type { MarkupNode } from '../../core/reconcile/markup-node.ts';
import { type Encoding, openText, type SourceText } from '../../core/reconcile/source-text.ts';
import type { Statement, StatementFile } from '../../core/reconcile/statement.ts';
import type { ReadBytes } from '../../ports/reconcile-files.ts';
import { type Draft, openDraft, statementOf } from './statement.ts';

const HEAD_BYTES = 4096;
const WHOLE: ReadonlySet<string> = new Set(['Acct', 'Bal', 'Ntry']);
/** What is in these of a statement is not of its account. */
const OTHER: ReadonlySet<string> = new Set(['RltdAcct', 'GrpHdr', 'TxsSummry', 'SplmtryData']);

export const readCamt: ReadBytes<StatementFile> = (bytes, file, { encoding }) => {
  const head = Array.from(bytes.subarray(0, HEAD_BYTES), (byte) => String.fromCharCode(byte)).join(
    '',
  );
  if (!/^(?:\u00ef\u00bb\u00bf)?\s*</.test(head)) return undefined;
  const message = /camt\.(05[234])\.001\.\d{2}/.exec(head)?.[1];
  if (message === undefined && !/<(?:\w+:)?BkToCstmrStmt\b/.test(head)) return undefined;
  const { source, problems } = openText(bytes, file, encoding ?? declaredEncoding(head));
  if (message !== undefined && message !== '053') {
    const what = message === '052' ? 'an account report' : 'a notification';
    const hint = 'download the statement, CAMT.053: only it has every booked line';
    problems.error({ code: 'no-statement', message: `is CAMT.${message}, ${what}`, hint });
  }
  const isRead = source !== undefined && problems.found.length === 0;
  const statements = isRead ? readStatements(source) : [];
  return {
    file,
    format: 'camt.053',
    statements,
    payouts: [],
    skipped: [],
    problems: problems.found,
  };
};

function declaredEncoding(head: string): Encoding {
  const declared = /<\?xml[^>]*encoding\s*=\s*["']([^"']+)/.exec(head)?.[1]?.toLowerCase();
  return /^(windows-1252|cp1252|iso-8859-1|latin1)$/.test(declared ?? '')
    ? 'windows-1252'
    : 'utf-8';
}

function readStatements(source: SourceText): Statement[] {
  const drafts: Draft[] = [];
  let current: Draft | undefined;
  let others = 0;
  const isComplete = walkMarkup(source, source.start, {
    dialect: 'xml',
    whole: WHOLE,
    open: (name, at) => {
      if (OTHER.has(name)) others += 1;
      if (name !== 'Stmt') return;
      current = openDraft(source.lineOf(at), at);
      drafts.push(current);
    },
    node: (node) => {
      if (current !== undefined && others === 0) add(current, node);
    },
    close: (name) => {
      if (OTHER.has(name)) others -= 1;
      if (name === 'Stmt') current = undefined;
    },
  });
  if (isComplete && drafts.length === 0) {
    source.problems.error({ code: 'no-statement', message: 'holds no <Stmt>' });
  }
  // Of a file that is cut, the balances would only tell that it is.
  return drafts.map((draft) =>
    statementOf(draft, source, { isComplete, isMany: drafts.length > 1 }),
  );
}

function add(draft: Draft, node: MarkupNode): void {
  if (node.name === 'Ntry') draft.entries.push(node);
  else if (node.name === 'Bal') draft.balances.push(node);
  else if (node.name === 'Acct') draft.accounts.push(node);
}
