/** Which release of a catalogue a range of versions means. Pure. */
import semver from 'semver';
import type { CatalogRelease } from '../manifest/catalog.ts';

export type Candidate = Readonly<{
  version: string;
  /** Versions of brctl that may load it, where the catalogue says. */
  engine: string | undefined;
  yanked: string | undefined;
  /** Undefined: what the workspace has built. */
  release: CatalogRelease | undefined;
}>;

export type ChoiceQuestion = Readonly<{
  candidates: readonly Candidate[];
  range: string | undefined;
  hostVersion: string;
  /** Versions that were rolled away from: only an exact range takes one. */
  hold: readonly string[];
}>;

export type PassedOver = Readonly<{
  version: string;
  why: 'withdrawn' | 'engine' | 'held';
  /** The same for people. */
  reason: string;
}>;

export type Choice = Readonly<{
  chosen: Candidate | undefined;
  /** Newer ones that were passed over, newest first. */
  passedOver: readonly PassedOver[];
}>;

export function choose({ candidates, range, hostVersion, hold }: ChoiceQuestion): Choice {
  const isExact = range !== undefined && semver.valid(range) !== null;
  const inRange = candidates
    .filter(({ version }) => range === undefined || semver.satisfies(version, range))
    // A workspace that builds what it has also released has it at hand.
    .toSorted((a, b) => semver.rcompare(a.version, b.version) || (a.release ? 1 : -1));
  const stable = inRange.filter(({ version }) => semver.prerelease(version) === null);
  // As with any range: a prerelease is for those who name one.
  const ordered = range === undefined ? stable : inRange;
  const passedOver: PassedOver[] = [];
  for (const candidate of ordered) {
    const against = reasonAgainst(candidate, { hostVersion, hold: isExact ? [] : hold });
    if (against === undefined) return { chosen: candidate, passedOver };
    passedOver.push({ version: candidate.version, ...against });
  }
  return { chosen: undefined, passedOver };
}

function reasonAgainst(
  { version, engine, yanked }: Candidate,
  { hostVersion, hold }: Pick<ChoiceQuestion, 'hostVersion' | 'hold'>,
): Omit<PassedOver, 'version'> | undefined {
  if (yanked !== undefined) return { why: 'withdrawn', reason: `it was withdrawn: ${yanked}` };
  const isFit =
    engine === undefined || semver.satisfies(hostVersion, engine, { includePrerelease: true });
  if (!isFit) {
    return { why: 'engine', reason: `it needs brctl ${engine}, and this is ${hostVersion}` };
  }
  return hold.includes(version) ? { why: 'held', reason: 'it was rolled away from' } : undefined;
}
