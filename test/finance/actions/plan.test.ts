/** The state machine of actions: every phase against every standing, and what must never happen. */
import { describe, expect, it } from 'vitest';
import {
  ACTION_PHASES,
  type ActionInstance,
  type ActionPhase,
  type ActionResult,
  ATTEMPTS_MAX,
  approve,
  begin,
  beginUndo,
  canUndo,
  settle,
} from '../../../packs/finance/core/actions/action.ts';
import {
  BUILT_IN,
  formatHours,
  isActive,
  parseHours,
} from '../../../packs/finance/core/actions/definition.ts';
import { type Telling, tellMove } from '../../../packs/finance/core/actions/notice.ts';
import type { PlanAsked } from '../../../packs/finance/core/actions/plan.ts';
import type { ActionSignal } from '../../../packs/finance/core/actions/signal.ts';
import {
  AT,
  DAY,
  definition,
  HOUR,
  instance,
  NOON,
  planned,
  RULE,
  signal,
  trigger,
} from '../../support/actions.ts';

const phaseAfter = (before: readonly ActionInstance[], options: Partial<PlanAsked> = {}) =>
  planned(before, options).instances[0]?.phase;

describe('what follows from how an alert stands', () => {
  const stands: readonly ActionSignal['standing'][] = ['firing', 'calm', 'revised', 'over'];
  const table: Readonly<Record<ActionPhase, readonly ActionPhase[]>> = {
    idle: ['armed', 'idle', 'idle', 'idle'],
    'waiting-approval': ['waiting-approval', 'idle', 'idle', 'idle'],
    armed: ['armed', 'idle', 'idle', 'idle'],
    switching: ['switching', 'switching', 'switching', 'switching'],
    switched: ['switched', 'switched', 'restoring', 'restoring'],
    restoring: ['restoring', 'restoring', 'restoring', 'restoring'],
    restored: ['restored', 'restored', 'restored', 'restored'],
    failed: ['failed', 'failed', 'failed', 'failed'],
    drifted: ['drifted', 'drifted', 'drifted', 'drifted'],
  };

  it.each(ACTION_PHASES.flatMap((phase) => stands.map((each, i) => [phase, each, i] as const)))(
    '%s, and the alert is %s',
    (phase, standing, i) => {
      const before = [instance({ phase, phaseMs: DAY + HOUR })];
      expect(phaseAfter(before, { signals: [signal({ standing })] })).toBe(table[phase][i]);
    },
  );

  it.each([
    ['waiting-approval', 'idle'],
    ['armed', 'idle'],
    ['switched', 'restoring'],
    ['restored', 'restored'],
    ['drifted', 'drifted'],
  ] as const)('%s, and its period is over: %s', (phase, after) => {
    const nowMs = DAY + 24 * HOUR;
    expect(phaseAfter([instance({ phase })], { nowMs })).toBe(after);
    expect(phaseAfter([instance({ phase })], { nowMs: nowMs - 1 })).toBe(phase);
  });

  it('is over when its rule is gone, though no run saw it go', () => {
    const level = instance({ phase: 'switched', endMs: null });
    expect(phaseAfter([level], { signals: [] })).toBe('switched');
    const [next] = planned([level], { signals: [], rules: new Set() }).instances;
    expect(next).toMatchObject({ phase: 'restoring', why: `nobody watches ${RULE} any more` });
  });

  it('begins with an approval where one is asked for, and says who gave it', () => {
    const asks = { definitions: [definition({ approval: 'policy-steward' })] };
    const [waiting] = planned([], asks).instances;
    expect(waiting?.phase).toBe('waiting-approval');
    expect(planned([], asks).ready).toEqual([]);
    const agreed = approve(waiting!, { by: 'user:ada', comment: 'fine', nowMs: NOON })!;
    expect(agreed.entry).toMatchObject({ from: 'waiting-approval', to: 'armed', by: 'user:ada' });
    expect(planned([agreed.next], asks).ready).toEqual([agreed.next.key]);
    expect(approve(agreed.next, { by: 'x', comment: 'y', nowMs: NOON })).toBeUndefined();
  });

  it.each([
    ['estimates', { signals: [signal({ estimate: 'estimated' })] }, /estimated/],
    [
      'hours',
      { definitions: [definition({ hours: parseHours('18:00-06:00') })] },
      /within 18:00-06:00/,
    ],
    ['a period that is over', { nowMs: DAY + 25 * HOUR }, /period is over/],
  ])('is held back by %s, and says so', (_, options, why) => {
    const plan = planned([], options);
    expect(plan.instances).toEqual([]);
    expect(plan.held[0]?.why).toMatch(why);
  });

  it('acts on estimates where the config says so', () => {
    const signals = [signal({ estimate: 'estimated' })];
    const plan = planned([], { signals, definitions: [definition({ actOn: 'estimates' })] });
    expect(plan.instances[0]).toMatchObject({ phase: 'armed', estimate: 'estimated' });
    expect(plan.entries[0]?.why).toContain('estimated numbers');
  });

  it('cools down after its last end, in another period too', () => {
    const subject = { action: 'cap', rule: RULE, scope: 'openai', period: '2026-03-01' };
    const before = [instance({ subject, phase: 'restored', phaseMs: NOON - HOUR / 2 })];
    expect(planned(before).held[0]?.why).toMatch(/cools down/);
    expect(planned(before, { nowMs: NOON + HOUR / 2 }).ready).toHaveLength(1);
  });

  it('tries again what came to nothing, after its cooldown; not what may have happened', () => {
    const failed = instance({ phase: 'failed', before: null });
    expect(phaseAfter([failed], { nowMs: NOON + HOUR - 1 })).toBe('failed');
    expect(phaseAfter([failed], { nowMs: NOON + HOUR })).toBe('armed');
    expect(phaseAfter([instance({ phase: 'failed' })], { nowMs: NOON + HOUR })).toBe('failed');
  });

  it('of a level, a new incident is what a new period is elsewhere', () => {
    const subject = { action: 'cap', rule: RULE, scope: 'openai', period: null };
    const at = (startedMs: number) => {
      const { alert } = signal({ period: null });
      return signal({ period: null, alert: { ...alert, startedMs } });
    };
    const before = [instance({ subject, phase: 'restored', endMs: null, phaseMs: DAY })];
    expect(phaseAfter(before, { signals: [at(DAY - 1)] })).toBe('restored');
    expect(phaseAfter(before, { signals: [at(DAY + HOUR)] })).toBe('armed');
    const calm = { ...at(DAY), standing: 'calm' as const };
    const switched = instance({ subject, phase: 'switched', endMs: null });
    expect(phaseAfter([switched], { signals: [calm] })).toBe('restoring');
  });

  it('what is undone by hand only stays, and so does what cannot be undone', () => {
    const over = { signals: [signal({ standing: 'over' })] };
    const manual = [definition({ restore: 'manual' })];
    expect(phaseAfter([instance()], { ...over, definitions: manual })).toBe('switched');
    const run = ['/bin/true'] as const;
    const final = [definition({ work: { kind: 'exec', run, verify: undefined, undo: undefined } })];
    expect(phaseAfter([instance()], { ...over, definitions: final })).toBe('switched');
  });

  it('says when the config no longer says how to undo it', () => {
    const plan = planned([instance()], { definitions: [], nowMs: DAY + 24 * HOUR });
    expect(plan.instances[0]?.phase).toBe('switched');
    expect(plan.held[0]?.why).toMatch(/no longer says/);
  });

  it('an audit may be late, and needs no definition', () => {
    const triggers = [trigger({ action: BUILT_IN.name })];
    const plan = planned([], { triggers, definitions: [], nowMs: DAY + 30 * HOUR });
    expect(plan.ready).toHaveLength(1);
  });

  it('hands on what is switched to another rule that wants the same', () => {
    const other = signal({ rule: 'budget/weekly_spend/120', scope: 'all', endMs: DAY + 99 * HOUR });
    const triggers = [trigger(), trigger({ rule: other.rule })];
    const first = planned([instance()], { triggers, signals: [signal(), other] });
    expect(first.ready).toEqual([]);
    expect(first.held.map(({ why }) => why).join()).toMatch(/is switched already/);
    const nowMs = DAY + 24 * HOUR;
    const second = planned(first.instances, { triggers, signals: [other], nowMs });
    const phases = second.instances.map(({ subject, phase, before }) => [
      subject.rule,
      phase,
      before,
    ]);
    expect(phases).toEqual([
      [other.rule, 'switched', '[]'],
      [RULE, 'restored', null],
    ]);
  });
});

describe('a step', () => {
  it('that may have happened is tried again, and then somebody has to look', () => {
    const result: ActionResult = { kind: 'failed', why: 'no answer', maybe: true };
    let now = instance({ phase: 'switching', attempts: 1 });
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
      const { next, entry } = settle(now, result, NOON);
      expect(entry).toBeUndefined();
      now = next;
    }
    const last = settle(now, result, NOON);
    expect(last.next).toMatchObject({ phase: 'failed', before: '[]' });
    expect(canUndo(last.next)).toBe(true);
  });

  it('that changed nothing leaves nothing to undo', () => {
    const switching = instance({ phase: 'switching', attempts: 1 });
    const { next } = settle(switching, { kind: 'failed', why: 'no', maybe: false }, NOON);
    expect(next).toMatchObject({ phase: 'failed', before: null });
    expect(canUndo(next)).toBe(false);
  });

  it('is only begun from where it may be', () => {
    expect(() => begin(instance(), '[]', NOON)).toThrow(RangeError);
    expect(() => settle(instance(), { kind: 'done', note: '' }, NOON)).toThrow(RangeError);
    const gone = instance({ phase: 'restored', before: null });
    expect(() => beginUndo(gone, { why: '', nowMs: NOON })).toThrow(RangeError);
  });
});

describe('hours', () => {
  it('may go over midnight', () => {
    const hours = parseHours('22:00-06:00');
    expect([21, 22, 23, 0, 5, 6].map((hour) => isActive(hours, DAY + hour * HOUR))).toEqual([
      ...[false, true, true, true, true, false],
    ]);
    expect(formatHours(parseHours('08:30-24:00'))).toBe('08:30-24:00');
  });

  it.each(['8-18', '08:00-08:00', '25:00-26:00', '08:00-24:30', ''])('refuses %j', (text) => {
    expect(() => parseHours(text)).toThrow(RangeError);
  });
});

describe('told', () => {
  const routing: Telling['config'] = {
    channels: [{ name: 'team', minSeverity: 'info', to: { type: 'stdout' }, at: AT }],
    definitions: [],
    fallback: [],
    escalation: new Map([['critical', { notify: ['team'], repeatMs: undefined, at: AT }]]),
    windows: [],
  };
  const told = (approval: 'none' | 'policy-steward') => {
    const { entries, instances } = planned([], { definitions: [definition({ approval })] });
    const telling = { config: routing, silences: [], windows: [] };
    const [first, entry] = [instances[0]!, entries[0]!];
    return tellMove(telling, { from: undefined, instance: first, entry, id: 'abcdef012345' });
  };

  it('what waits for somebody is one row for each channel that hears of the alert', () => {
    const { rows, instance: after } = told('policy-steward');
    expect(rows).toHaveLength(1);
    const [{ row, notBeforeMs }] = rows as [(typeof rows)[0]];
    expect(notBeforeMs).toBe(NOON);
    expect(row).toMatchObject({ channel: 'team', reason: 'action', sequence: 1 });
    expect(row.alerts[0]?.annotations.message).toMatch(
      /cap waits for approval: .* on reported numbers.*; brctl finance alerts actions approve/,
    );
    expect(after.told).toMatchObject({ phase: 'waiting-approval', atMs: NOON });
  });

  it('what is followed by its outcome is not', () => {
    expect(told('none').rows).toEqual([]);
  });
});

describe('held back', () => {
  const why = (before: readonly ActionInstance[], options: Partial<PlanAsked>) =>
    planned(before, options).held.map((each) => each.why);

  it('is what nothing defines, while its rule fires', () => {
    const triggers = [trigger({ action: 'made_up' })];
    expect(why([], { triggers })).toEqual(['nothing says what it does: describe it under actions']);
    expect(why([], { triggers, signals: [signal({ standing: 'calm' })] })).toEqual([]);
  });

  it('is a trigger that is off, with what it would do', () => {
    const off = [trigger({ isEnabled: false })];
    const dry = (options: Partial<PlanAsked>) => why([], { triggers: [], off, ...options });
    expect(dry({})).toEqual(['dry run (enabled: false): it would act now; runs ["/bin/true"]']);
    const definitions = [definition({ approval: 'policy-steward' })];
    expect(dry({ definitions })[0]).toContain('it would wait for the policy-steward; runs');
    expect(dry({ definitions: [] })[0]).toContain('nothing says what it does');
    expect(dry({ signals: [signal({ standing: 'over' })] })).toEqual([]);
    expect(dry({ signals: [signal({ estimate: 'estimated' })] })[0]).toContain('act_on');
    // Of two triggers for the same the one that is on counts.
    expect(planned([], { off }).held).toEqual([]);
    expect(planned([], { triggers: [], off }).entries).toEqual([]);
  });

  it('is what failed, until it is tried again', () => {
    const failed = instance({ phase: 'failed', phaseMs: NOON, before: null });
    expect(why([failed], { nowMs: NOON + 1 })).toEqual([
      'it failed: tried again from 2026-03-02 13:00 UTC on while its rule fires',
    ]);
    expect(phaseAfter([failed], { nowMs: NOON + HOUR })).toBe('armed');
  });
});
