/** How much an alert matters, from what is good to know to what wakes somebody up. */
export const SEVERITIES = ['info', 'warning', 'critical', 'emergency'] as const;

export type Severity = (typeof SEVERITIES)[number];

export function isSeverity(word: string): word is Severity {
  return (SEVERITIES as readonly string[]).includes(word);
}

/** Negative where `a` matters less than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}
