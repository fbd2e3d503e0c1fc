/** Durations as config files write them: `15m`, `24h`, `7d`, `1h30m`. */
const MS: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

const FORM = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Longer is a slip of the keyboard, and far from where dates end. */
const DAYS_MAX = 3660;

/**
 * In milliseconds.
 *
 * @throws RangeError unless it is whole numbers with units from large to small, each once.
 */
export function parseDuration(text: string): number {
  const match = FORM.exec(text);
  if (match === null || text === '') throw new RangeError(`"${text}" is no duration`);
  const ms = Object.values(MS).reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * unit, 0);
  if (ms > DAYS_MAX * MS.d!) throw new RangeError(`${text} is longer than ten years`);
  return ms;
}

/** The shortest text that `parseDuration` reads as the same: `1d` for 24 hours, `0s` for none. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let left = ms;
  let text = '';
  for (const [unit, length] of Object.entries(MS)) {
    // A week is rarer in speech than seven days, and two of them are two weeks to nobody.
    if (unit === 'w') continue;
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}
