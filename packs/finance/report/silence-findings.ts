/** What is not known because nobody was heard of: named, and said of the total as well. */
import type { BudgetsConfig } from '../core/budget.ts';
import type { Finding } from '../core/finding.ts';
import { compareText } from '../core/order.ts';
import { type FreshnessInput, severityOf } from './freshness-findings.ts';
import type { Silence } from './silence.ts';
import type { Row, ServiceRow } from './weekly-report.ts';

export type SilenceFindings = FreshnessInput &
  Readonly<{
    config: BudgetsConfig;
    silence: Silence;
    services: readonly ServiceRow[];
    total: Row;
  }>;

export function silenceFindings(input: SilenceFindings): Finding[] {
  const { config, silence, services, total, sources } = input;
  const lines = [...silence.lines.keys()].sort((a, b) => a - b);
  const lineNames = lines.map((line) => config.lines[line]!.name);
  // A service of a line that is unknown is unknown with it.
  const others = [...silence.services.keys()]
    .sort((a, b) => a - b)
    .map((service) => config.services[service]!.name)
    .filter((name) =>
      services.some((row) => row.name === name && !lineNames.includes(row.category ?? '')),
    );
  const names = [...lineNames, ...others];
  if (names.length === 0) return [];
  const feeds = [...new Set([...silence.lines.values(), ...silence.services.values()].flat())];
  const isExpected = feeds.every(
    (feed) => sources.find(({ name }) => name === feed)?.status === 'absent',
  );
  const rest = total.actual === undefined ? 'and so is the total' : 'and the total is without them';
  return [
    {
      code: 'no-feed',
      severity: isExpected ? 'info' : severityOf(input),
      subject: names.join(', '),
      message:
        `the actuals of ${names.join(', ')} are unknown, not zero, ${rest}: ` +
        `their charges only ever came from ${feeds.sort(compareText).join(', ')}`,
    },
  ];
}
