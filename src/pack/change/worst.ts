/** Of several packs that failed, what the whole run ends with. */
import { BrctlError } from '../../sdk/index.ts';
import type { Installing } from './frozen-all.ts';

const WORST_FIRST: readonly BrctlError['kind'][] = [
  'integrity',
  'incompatible',
  'consent',
  'config_conflict',
  'auth',
  'locked',
  'operational',
  'usage',
];

/** What the whole ends with; undefined where all went well. */
export function worstOf(planned: readonly Installing[]): BrctlError | undefined {
  const errors = planned.flatMap((each) => (each.kind === 'failed' ? [each.error] : []));
  const [worst] = errors.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind),
  );
  if (worst === undefined || planned.length === 1) return worst;
  const message = `${errors.length} of ${planned.length} packs failed; the worst: ${worst.message}`;
  return new BrctlError(worst.kind, { code: worst.code, message, hint: worst.hint });
}
