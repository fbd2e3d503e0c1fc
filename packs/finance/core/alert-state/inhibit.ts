/**
 * Inhibition: an alert that is explained by another one that fires is not told on its own. It is
 * worked out of states, before any notice is, and changes no state.
 *
 * Two ways to be explained: a higher step of the same ladder fires (100 % of a budget explains its
 * 80 %), or a rule says that a source (a parent) explains its targets (the children).
 *
 * Every explanation has to end at an alert that is not explained itself. Where two rules explain
 * each other in a circle nobody would be told anything, so what hangs on a circle alone is told. A
 * source that is silenced still explains: who silences the parent does not ask for the children.
 */

import { compareText } from '../order.ts';
import { compileMatchers, type Labels, labelOf, type Matcher } from './silence.ts';

export type InhibitRule = Readonly<{
  name: string;
  source: readonly Matcher[];
  target: readonly Matcher[];
  /** Labels that source and target must have in common. */
  equal: readonly string[];
  /**
   * What to make of an `equal` label that neither has. Alertmanager calls the two equal, and so
   * lets a rule over `team` mute everything that has no team. Here that takes a yes.
   */
  missingIsEqual: boolean;
}>;

/** Height orders the steps of a ladder; only the highest that fires is told. */
export type LadderStep = Readonly<{ ladder: string; height: bigint }>;

export type Inhibitable = Readonly<{
  fingerprint: string;
  labels: Labels;
  /** The period it belongs to: last week's steps explain nothing about this week's. */
  period: string | null;
  step: LadderStep | null;
  isFiring: boolean;
}>;

/** Fingerprints of what explains each alert, in order; an alert that is not in it is told. */
export type Inhibitions = ReadonlyMap<string, readonly string[]>;

export function inhibitions(
  alerts: readonly Inhibitable[],
  rules: readonly InhibitRule[],
): Inhibitions {
  const sources = alerts.filter(({ isFiring }) => isFiring);
  const finders = [ladderSources(sources), ...rules.map((rule) => ruleSources(rule, sources))];
  const explainedBy = new Map<string, Set<string>>();
  for (const alert of alerts) {
    const found = new Set(finders.flatMap((find) => find(alert)));
    found.delete(alert.fingerprint);
    if (found.size > 0) explainedBy.set(alert.fingerprint, found);
  }
  return grounded(explainedBy);
}

type Finder = (target: Inhibitable) => readonly string[];

/** The highest step that fires explains all below it; equally high ones are all told. */
function ladderSources(sources: readonly Inhibitable[]): Finder {
  const tops = new Map<string, Readonly<{ height: bigint; fingerprints: string[] }>>();
  for (const { fingerprint, period, step } of sources) {
    if (step === null) continue;
    const key = JSON.stringify([step.ladder, period]);
    const top = tops.get(key);
    if (top === undefined || top.height < step.height) {
      tops.set(key, { height: step.height, fingerprints: [fingerprint] });
    } else if (top.height === step.height) top.fingerprints.push(fingerprint);
  }
  return ({ period, step }) => {
    if (step === null) return [];
    const top = tops.get(JSON.stringify([step.ladder, period]));
    return top !== undefined && top.height > step.height ? top.fingerprints : [];
  };
}

/** A rule that does not say what explains, or what is explained, does nothing. */
function ruleSources(rule: InhibitRule, sources: readonly Inhibitable[]): Finder {
  if (rule.source.length === 0 || rule.target.length === 0) return () => [];
  const isSource = compileMatchers(rule.source);
  const isTarget = compileMatchers(rule.target);
  const byLabels = new Map<string, { all: string[]; oneSided: string[] }>();
  for (const { fingerprint, labels } of sources) {
    if (!isSource(labels)) continue;
    const key = equalKey(rule, labels);
    if (key === undefined) continue;
    const found = byLabels.get(key) ?? { all: [], oneSided: [] };
    found.all.push(fingerprint);
    if (!isTarget(labels)) found.oneSided.push(fingerprint);
    byLabels.set(key, found);
  }
  return ({ labels }) => {
    if (byLabels.size === 0 || !isTarget(labels)) return [];
    const key = equalKey(rule, labels);
    const found = key === undefined ? undefined : byLabels.get(key);
    // What is a source as well as a target is not explained by others of its kind.
    return (isSource(labels) ? found?.oneSided : found?.all) ?? [];
  };
}

/** Undefined where a label is missing that must be there. */
function equalKey({ equal, missingIsEqual }: InhibitRule, labels: Labels): string | undefined {
  const values = equal.map((name) => labelOf(labels, name));
  return !missingIsEqual && values.includes('') ? undefined : JSON.stringify(values);
}

/** Without the explanations that lead in a circle and never to an alert that is told. */
function grounded(explainedBy: ReadonlyMap<string, ReadonlySet<string>>): Inhibitions {
  const targetsOf = new Map<string, string[]>();
  for (const [target, sources] of explainedBy) {
    for (const source of sources) {
      const targets = targetsOf.get(source);
      if (targets === undefined) targetsOf.set(source, [target]);
      else targets.push(target);
    }
  }
  const roots = [...targetsOf.keys()].filter((source) => !explainedBy.has(source));
  const reached = new Set(roots);
  const waiting = [...roots];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of targetsOf.get(next) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      waiting.push(target);
    }
  }
  const result = new Map<string, readonly string[]>();
  for (const [target, sources] of explainedBy) {
    const sound = [...sources].filter((source) => reached.has(source)).sort(compareText);
    if (reached.has(target) && sound.length > 0) result.set(target, sound);
  }
  return result;
}
