/**
 * Which currencies there are, and the decimals of the smallest amount that can be paid in one
 * (ISO 4217 "minor unit").
 *
 * Of the decimals only those that differ from two are listed. Source: ISO 4217 list one, 2026.
 */
const MINOR_UNIT: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** A code of ISO 4217, in use today or once; the list comes with the runtime. */
export function isCurrency(code: string): boolean {
  return CODES.has(code);
}

export function decimalsOf(currency: string): number {
  return MINOR_UNIT[currency] ?? 2;
}
