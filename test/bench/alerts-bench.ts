/**
 * How many evaluations a second the core of alerts takes, against a loop that only compares.
 *
 *     node test/bench/alerts-bench.ts [--rules 1000] [--seconds 2] [--ledger 5000000]
 *
 * `step` is the state machine alone. `advance` is everything that is pure: states, inhibition,
 * silences, groups and rows, for all rules at once. `with text` also reads and writes its memory.
 * `evaluate` goes from cells of the ledger to watched alerts. With `--ledger` it also asks a ledger
 * of so many rows, for one rule and for all: what a scan costs, whatever hangs on it.
 */
import { parseArgs } from 'node:util';
import { advance } from '../../packs/finance/core/alert-state/advance.ts';
import { type AlertMemory, NOTHING } from '../../packs/finance/core/alert-state/memory.ts';
import { parseMatcher, silence } from '../../packs/finance/core/alert-state/silence.ts';
import {
  type AlertState,
  alertSettings,
  INITIAL,
  step,
} from '../../packs/finance/core/alert-state/state.ts';
import { type WatchedAlert, withDataAlerts } from '../../packs/finance/core/alert-state/watch.ts';
import {
  delivery,
  MISSING,
  reading,
  restarted,
  route,
  watched,
} from '../support/alert-timeline.ts';
import { evaluating, scanning } from './alerts-evaluation.ts';

const SETTINGS = alertSettings({
  fire: 100n,
  clear: 90n,
  forMs: 1000,
  keepFiringForMs: 1000,
  flap: { transitionsMax: 4, windowMs: 60_000 },
});
const MINUTE = 60_000;
const STEPS = 4;

/** Values that cross the line now and then, the same in every run. */
const VALUES = Array.from({ length: 4096 }, (_, i) => BigInt(70 + ((i * 7919) % 53)));
const READINGS = VALUES.map((value) => reading(value));

type Round = (round: number) => number;

/** Evaluations a second: rounds for so long, after a tenth of it to warm up. */
function rate(run: Round, seconds: number): number {
  let round = 0;
  const during = (ms: number): number => {
    const start = performance.now();
    let count = 0;
    let elapsedMs = 0;
    while (elapsedMs < ms) {
      count += run(round);
      round += 1;
      elapsedMs = performance.now() - start;
    }
    return (count * 1000) / elapsedMs;
  };
  during(seconds * 100);
  return during(seconds * 1000);
}

function comparing(rules: number): Round {
  const isFiring = new Array<boolean>(rules).fill(false);
  return (round) => {
    for (let i = 0; i < rules; i += 1) {
      const value = VALUES[(round + i) % VALUES.length]!;
      isFiring[i] = value >= (isFiring[i] ? 90n : 100n);
    }
    return rules;
  };
}

function stepping(rules: number): Round {
  const states = new Array<AlertState>(rules).fill(INITIAL);
  return (round) => {
    for (let i = 0; i < rules; i += 1) {
      const evaluation = READINGS[(round + i) % READINGS.length]!;
      states[i] = step(states[i]!, evaluation, SETTINGS, round * 1000).next;
    }
    return rules;
  };
}

function advancing(rules: number, isWritten: boolean): Round {
  let memory: AlertMemory = NOTHING;
  const quiet = silence({
    id: 's1',
    matchers: [parseMatcher('budget=~"budget 1.*"')],
    author: 'bench',
    comment: 'bench',
    startsMs: 0,
    endsMs: Number.MAX_SAFE_INTEGER,
  });
  const routes = [route({ groupBy: ['budget'], groupIntervalMs: MINUTE })];
  const asked = delivery({ routes, silences: [quiet] });
  return (round) => {
    const alerts = rulesAt(rules, round);
    const before = isWritten ? restarted(memory) : memory;
    memory = advance(before, { watched: alerts, delivery: asked, now: round * MINUTE }).memory;
    return alerts.length;
  };
}

/** Budgets with steps, one in a hundred of them without data, and the alerts about their data. */
function rulesAt(rules: number, round: number): readonly WatchedAlert[] {
  const alerts = Array.from({ length: rules }, (_, i) => {
    const budget = Math.floor(i / STEPS);
    const height = BigInt(70 + (i % STEPS) * 10);
    const evaluation = READINGS[(round + budget) % READINGS.length]!;
    return watched(`budget ${budget}`, {
      identity: { rule: `budget ${budget}`, scope: 'all', threshold: `${height}`, basis: 'billed' },
      labels: { budget: `budget ${budget}`, severity: 'warning' },
      step: { ladder: `budget ${budget}`, height },
      settings: { ...SETTINGS, fire: height, clear: height, latch: 'period' },
      evaluation: (round + budget) % 100 === 0 ? MISSING : evaluation,
    });
  });
  return withDataAlerts(alerts, {
    severity: 'critical',
    routes: ['all'],
    forMs: MINUTE,
    keepFiringForMs: 0,
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rules: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '2' },
      ledger: { type: 'string', default: '0' },
    },
  });
  const rules = Number(values.rules);
  const seconds = Number(values.seconds);
  const baseline = rate(comparing(rules), seconds);
  const lines = [
    ['compare', baseline, undefined],
    ['step', rate(stepping(rules), seconds), 50_000],
    ['advance', rate(advancing(rules, false), seconds), 50_000],
    ['advance with text', rate(advancing(rules, true), seconds), undefined],
    ['evaluate', rate(evaluating(rules), seconds), 50_000],
  ] as const;
  process.stdout.write(
    `| ${rules} rules | evaluations/s | of a bare loop | goal |\n|---|---|---|---|\n`,
  );
  for (const [what, perSecond, goal] of lines) {
    const share = `1/${Math.round(baseline / perSecond)}`;
    const met = goal === undefined ? '' : `≥ ${goal} ${perSecond >= goal ? 'met' : 'missed'}`;
    process.stdout.write(`| ${what} | ${Math.round(perSecond)} | ${share} | ${met} |\n`);
  }
  if (Number(values.ledger) > 0) await scanning(rules, Number(values.ledger));
}

await main();
