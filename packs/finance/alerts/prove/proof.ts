/** What `alerts test` found; what it is rendered from. */
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { isRight, type TestVerdict } from '../../core/alert-simulation/verdict.ts';
import type { BudgetsConfig } from '../../core/budget.ts';

export type ProvenFile = Readonly<{
  /** As typed. */
  file: string;
  config: AlertConfig;
  budgets: BudgetsConfig;
  verdicts: readonly TestVerdict[];
  /** That `--run` left out. */
  skipped: number;
}>;

export type Proof = Readonly<{ files: readonly ProvenFile[] }>;

export function failuresIn({ files }: Proof): number {
  return files.reduce(
    (sum, { verdicts }) => sum + verdicts.filter((each) => !isRight(each)).length,
    0,
  );
}
