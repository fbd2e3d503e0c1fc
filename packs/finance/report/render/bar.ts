/** How much of its budget a line has used, as a bar of ten cells in eighths. */
const CELLS = 10;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export const BAR_WIDTH = CELLS + 1;

/** Empty where there is no budget; an arrow where the bar is not long enough. */
export function usageBar(actual: bigint, budget: bigint): string {
  if (budget <= 0n) return '';
  if (actual > budget) return `${'█'.repeat(CELLS)}▸`;
  const eighths = actual <= 0n ? 0 : Number((actual * BigInt(CELLS * 8)) / budget);
  const bar = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
  return bar.padEnd(CELLS, '·');
}
