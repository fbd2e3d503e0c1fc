/** Amounts, directions and days of CAMT elements. */
import { isCurrency } from '../../core/currency.ts';
import type { Day } from '../../core/day.ts';
import { parseUnits } from '../../core/money.ts';
import { WHOLE_DIGITS_MAX } from '../../core/reconcile/amount-text.ts';
import { readIsoDate } from '../../core/reconcile/date-text.ts';
import { quoted } from '../../core/reconcile/file-problem.ts';
import { childOf, childText, type MarkupNode } from '../../core/reconcile/markup-node.ts';
import type { SourceText } from '../../core/reconcile/source-text.ts';

type CamtMoney = Readonly<{ units: bigint; currency: string }>;

/** `Amt` and `CdtDbtInd` of an element: credit positive. What is wrong is said. */
export function readMoney(node: MarkupNode, source: SourceText): CamtMoney | undefined {
  const amount = readAmt(childOf(node, 'Amt'), node, source);
  const direction = childText(node, 'CdtDbtInd');
  if (direction !== 'CRDT' && direction !== 'DBIT') {
    const found = direction === undefined ? 'is missing' : `is ${quoted(direction)}`;
    const message = `<${node.name}>: CdtDbtInd ${found}; it is CRDT or DBIT`;
    source.problems.error({ at: node.at, code: 'bad-direction', message });
    return undefined;
  }
  if (amount === undefined) return undefined;
  return direction === 'CRDT' ? amount : { ...amount, units: -amount.units };
}

/** ISO 20022 amounts: digits and a point, never signed, with their currency. */
export function readAmt(
  amt: MarkupNode | undefined,
  parent: MarkupNode,
  source: SourceText,
): CamtMoney | undefined {
  const text = amt?.text ?? '';
  const currency = amt?.attributes.get('Ccy') ?? '';
  const form = new RegExp(`^\\d{1,${WHOLE_DIGITS_MAX}}(\\.\\d{0,12})?$`);
  if (form.test(text) && isCurrency(currency)) return { units: parseUnits(text), currency };
  const isText = form.test(text);
  const found = amt === undefined ? 'no Amt' : isText ? `Amt in ${quoted(currency)}` : quoted(text);
  const message = `<${parent.name}>: ${found} is no amount with its currency`;
  const hint = 'ISO 20022 writes <Amt Ccy="EUR">1234.56</Amt>';
  source.problems.error({ at: (amt ?? parent).at, code: 'bad-amount', message, hint });
  return undefined;
}

/** The first of the elements that is there: `Dt`, or `DtTm` as it is written. */
export function readDay(
  node: MarkupNode,
  names: readonly string[],
  source: SourceText,
): Day | undefined {
  for (const name of names) {
    const part = childOf(node, name);
    const text = part && (childText(part, 'Dt') ?? childText(part, 'DtTm') ?? part.text);
    if (part === undefined || text === undefined || text === '') continue;
    // A date may have a zone too: 2025-12-31Z, 2025-12-31+01:00.
    const day = readIsoDate(text.replace(/^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$/, '$1'));
    if (day !== undefined) return day;
    const message = `<${name}>: ${quoted(text)} is no date`;
    source.problems.error({ at: part.at, code: 'bad-date', message });
    return undefined;
  }
  const message = `<${node.name}> has no ${names.join(' or ')}`;
  source.problems.error({ at: node.at, code: 'bad-date', message });
  return undefined;
}
