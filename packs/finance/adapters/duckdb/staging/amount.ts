/**
 * Text, doubles and decimals -> exact DECIMAL, in SQL.
 *
 * An amount is DECIMAL(18,12) where every value of its column fits, and wide where not: readers
 * see the same numbers, and the narrow form is several times smaller and faster. The engine's own
 * cast from text to a wide decimal takes microseconds a value, so the usual spellings are put
 * together from two narrow parts.
 */
import { caseWhen, literal } from '../sql.ts';

export type AmountKind = 'cost' | 'number';

export const NARROW = 'DECIMAL(18,12)';

/** Decimals that the ledger keeps: costs as core/money.ts, quantities and unit prices more. */
const DECIMALS: Readonly<Record<AmountKind, number>> = { cost: 12, number: 18 };

export function wideType(kind: AmountKind): string {
  return `DECIMAL(38,${DECIMALS[kind]})`;
}

/** Optional sign, digits, one point, E-notation: FOCUS NumericFormat. No `+`, blanks or commas. */
const DECIMAL_TEXT = '-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,5})?';

export function isDecimalText(x: string): string {
  return `regexp_full_match(${x}, ${literal(DECIMAL_TEXT)})`;
}

/**
 * TRUE for the plain spelling with no more decimals than are kept. Cheap byte tests in the order
 * of what they cost; with the narrow cast they leave only what `isDecimalText` also takes.
 */
export function isPlainText(x: string, decimals: number): string {
  // Trimming zeros is the dear part, finding the point the next; most texts need neither.
  const point = `strpos(${x}, '.')`;
  const isShort = `strlen(${x}) <= ${decimals + 1} OR ${point} = 0`;
  const isFew = `strlen(${x}) - ${point} <= ${decimals} OR ${decimalsOf(x)} <= ${decimals}`;
  const fits = `(${isShort} OR ${isFew})`;
  return `${isPlainSpelling(x)} AND ${fits}`;
}

function isPlainSpelling(x: string): string {
  // '-' sorts before '.' and the digits, and after blanks, '+' and ','.
  const isClean = `${x} >= '-' AND ${x}[-1] >= '.' AND NOT contains(${x}, '_')`;
  return `${isClean} AND NOT contains(${x}, 'e') AND NOT contains(${x}, 'E')`;
}

function isScientific(x: string): string {
  return `(contains(${x}, 'e') OR contains(${x}, 'E'))`;
}

/** Digits after the point that matter. */
function decimalsOf(x: string): string {
  const afterPoint = `strlen(rtrim(${x}, '0')) - strpos(${x}, '.')`;
  return `CASE WHEN contains(${x}, '.') THEN ${afterPoint} ELSE 0 END`;
}

/** Leaves room below the engine's 38 digits to add up and to spread. No currency comes near. */
const LARGEST = '1e20';

export function isSummable(x: string): string {
  return `abs(TRY_CAST(${x} AS DOUBLE)) < ${LARGEST}`;
}

/** For texts that are plain: the query fails where the value is out of range. */
export function plainCast(x: string, options: { kind: AmountKind; isNarrow: boolean }): string {
  if (options.isNarrow) return `CAST(${x} AS ${NARROW})`;
  return `COALESCE(${wideCast(x, options.kind)}, error('out of range'))`;
}

/** Put together from two narrow parts; what is beyond either is left to the engine's own cast. */
function wideCast(x: string, kind: AmountKind): string {
  const wide = wideType(kind);
  const whole = `CAST(TRY_CAST(split_part(${x}, '.', 1) AS BIGINT) AS ${wide})`;
  const part = `'0.' || rtrim(split_part(${x}, '.', 2), '0')`;
  const fraction = `CAST(TRY_CAST(${part} AS DECIMAL(18,${DECIMALS[kind]})) AS ${wide})`;
  const sum = `${whole} + CASE WHEN prefix(${x}, '-') THEN -${fraction} ELSE ${fraction} END`;
  return `COALESCE(${sum}, TRY_CAST(${x} AS ${wide}))`;
}

/** Any text of the contract; NULL for other texts. More decimals than are kept are rounded. */
export function textToAmount(x: string, options: { kind: AmountKind; isNarrow: boolean }): string {
  const { kind, isNarrow } = options;
  const plain: readonly [string, string] = [isPlainSpelling(x), wideCast(x, kind)];
  const anySpelling = isNarrow
    ? `TRY_CAST(${x} AS ${NARROW})`
    : caseWhen([plain], `TRY_CAST(${x} AS ${wideType(kind)})`);
  return `CASE WHEN ${isDecimalText(x)} THEN ${anySpelling} END`;
}

/**
 * Whether the narrow form holds exactly what a text says. Short E-notation is compared as a double,
 * which tells any two texts of up to fifteen digits apart; the rest is cast at full width.
 */
export function textFitsNarrow(x: string): string {
  const narrow = `TRY_CAST(${x} AS ${NARROW})`;
  const asDouble = `CAST(${narrow} AS DOUBLE) = TRY_CAST(${x} AS DOUBLE)`;
  const asWide = `${narrow} = TRY_CAST(${x} AS DECIMAL(38,30))`;
  const isSame = `CASE WHEN strlen(${x}) <= 15 THEN ${asDouble} ELSE ${asWide} END`;
  const scientific = `COALESCE(${isSame}, false)`;
  const plain = `${decimalsOf(x)} <= 12 AND ${narrow} IS NOT NULL`;
  // A text that is no number at all does not decide the width of its column.
  return (
    `CASE WHEN ${x} IS NULL OR NOT ${isDecimalText(x)} THEN true ` +
    `WHEN ${isScientific(x)} THEN ${scientific} ELSE ${plain} END`
  );
}

/** Whether a text says more decimals than are kept. */
export function textLosesDigits(x: string, kind: AmountKind): string {
  // With as many decimals as the whole part leaves room for.
  const differs = [30, 18].map((decimals) => {
    const type = `DECIMAL(38,${decimals})`;
    const kept = `TRY_CAST(TRY_CAST(${x} AS ${wideType(kind)}) AS ${type})`;
    return `TRY_CAST(${x} AS ${type}) <> ${kept}`;
  });
  const isLost = `COALESCE(${differs.join(', ')}, false)`;
  const scientific = `NOT ${textFitsNarrow(x)} AND ${isLost}`;
  return (
    `CASE WHEN ${x} IS NULL THEN false WHEN ${isScientific(x)} THEN ${scientific} ` +
    `ELSE ${decimalsOf(x)} > ${DECIMALS[kind]} END`
  );
}

export function decimalsKept(kind: AmountKind): number {
  return DECIMALS[kind];
}
