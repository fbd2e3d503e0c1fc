/** `brctl.finance/usage-import/v1`: the same shape for an import and for one recorded reading. */
import { toJson } from 'brctl/sdk';
import type { UsagePlan } from '../intake.ts';
import { countOf, metricChanges } from '../metric-changes.ts';
import { amountJson, timeJson } from './reading-text.ts';

export function intakeAsJson(plan: UsagePlan): string {
  const { status, source, files, changes, problems, problemCount, warnings } = plan;
  return toJson({
    schema: 'brctl.finance/usage-import/v1',
    status,
    source,
    files,
    added: countOf(changes, 'added'),
    replaced: countOf(changes, 'replaced'),
    unchanged: countOf(changes, 'unchanged'),
    metrics: metricChanges(changes).map(({ latest, ...counts }) => ({
      service: latest.service,
      metric: latest.metric,
      ...counts,
      latest: { ...amountJson(latest), ...timeJson(latest) },
    })),
    replacements: changes.flatMap(({ reading, before, change }) =>
      change !== 'replaced' || before === undefined
        ? []
        : [
            {
              service: reading.service,
              metric: reading.metric,
              ...timeJson(reading),
              before: amountJson(before),
              after: amountJson(reading),
            },
          ],
    ),
    warnings,
    problem_count: problemCount,
    problems: problems.map(({ file, line, column, message }) => ({
      ...{ file: file ?? null, line: line ?? null, column: column ?? null, message },
    })),
  });
}
