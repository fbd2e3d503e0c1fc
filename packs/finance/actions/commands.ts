/**
 * `brctl finance alerts actions list | approve | undo | run`: what is done about alerts, who agreed
 * to it, and how to take it back.
 */
import {
  BrctlError,
  type Command,
  type CommandSpec,
  defineCommand,
  type Input,
  type PackContext,
  textFlag,
  toJson,
  usageError,
  type View,
} from 'brctl/sdk';
import { approve, beginUndo, canUndo, holds, type Moved, move } from '../core/actions/action.ts';
import { shortfallOf } from '../core/alert-state/sending.ts';
import { type ActionView, needsLook, viewOf } from './action-list.ts';
import { actionNamed, busyError, notSo, stewardNamed } from './found.ts';
import type { ActionPorts, OpenActions } from './ports.ts';
import { actionsAsJson } from './render/action-json.ts';
import { actionsAsText } from './render/action-text.ts';
import { planOf, previewActions, runActions, runMoves } from './run.ts';

type Shown = Readonly<{ view: ActionView; ports: ActionPorts }>;

const COMMON = {
  formats: ['table', 'json'],
  release: ({ ports }: Shown) => ports.close(),
  render: ({ view }: Shown, screen: View) =>
    screen.format === 'json' ? toJson(actionsAsJson(view)) : actionsAsText(view, screen),
} as const;

const ID = { name: 'id', summary: 'as list shows it, or its beginning', required: true } as const;

/** Closes what it opened where it comes to nothing. */
async function withPorts<T>(
  opened: Promise<ActionPorts>,
  work: (ports: ActionPorts) => Promise<T> | T,
): Promise<T & Readonly<{ ports: ActionPorts }>> {
  const ports = await opened;
  try {
    return { ...(await work(ports)), ports };
  } catch (error) {
    await ports.close();
    throw error;
  }
}

/** @throws BrctlError where a notice did not arrive: said after the result is printed. */
function outcomeOf({ view }: Shown): 'findings' | 'ok' {
  const { sending } = view;
  const shortfall = sending === undefined ? undefined : shortfallOf(sending);
  if (shortfall !== undefined) {
    const { kind, ...said } = shortfall;
    throw new BrctlError(kind, said);
  }
  return needsLook(view) ? 'findings' : 'ok';
}

type ListOptions = Readonly<{ id: string | undefined; isAll: boolean }>;

export function actionsListCommand(open: OpenActions): Command<ListOptions, Shown> {
  return defineCommand<ListOptions, Shown>({
    ...COMMON,
    path: ['alerts', 'actions', 'list'],
    summary: 'What is being done about alerts, and what was.',
    description: [
      'Without an id: what waits, acts, has failed or can be undone, and what is held back, with',
      'its reason; --all also what is over. With an id: its journal, move by move. Exit code 1:',
      'something failed, drifted or waits for somebody to approve it.',
    ].join('\n'),
    examples: ['brctl finance alerts actions list', 'brctl finance alerts actions list --all'],
    arguments: [{ ...ID, required: false }],
    flags: { all: { type: 'boolean', summary: 'also what is over' } },
    parse: ({ arguments: [id], flags }: Input) => ({ id, isAll: flags.all === true }),
    plan: ({ id, isAll }, context) =>
      withPorts(open(context, { readOnly: true }), async (ports) => {
        const config = await ports.settings.alerts();
        const all = ports.state.instances();
        const one = id === undefined ? undefined : actionNamed(all, id, ports);
        const isOpen = (each: (typeof all)[number]): boolean =>
          holds(each) || each.before !== null || /^(waiting|armed|failed)/.test(each.phase);
        const instances = one === undefined ? all.filter((each) => isAll || isOpen(each)) : [one];
        const entries = ports.state
          .journal(one?.key)
          .filter(({ key }) => instances.some((each) => each.key === key));
        const asked = { config, records: ports.records() };
        const held = planOf(all, asked, context.now.getTime()).held.filter(
          ({ key }) => one === undefined || key === one.key,
        );
        const showsJournal = one !== undefined;
        return { view: viewOf({ instances, entries, held, showsJournal }, ports) };
      }),
    outcome: ({ view }) => (needsLook(view) ? 'findings' : 'ok'),
  });
}

/** Where a channel of type stdout writes: not where a script reads the result. */
type RunOptions = Readonly<{ isDryRun: boolean; stdout: 'out' | 'err' }>;

function runOptions({ dryRun, format }: Input): RunOptions {
  return { isDryRun: dryRun, stdout: format === 'table' ? 'out' : 'err' };
}

type Said = Readonly<{ id: string; by: string; comment: string }> & RunOptions;

const SAID_FLAGS = {
  by: { type: 'string', placeholder: 'WHO', summary: 'who says so, as the role is bound' },
  comment: { type: 'string', placeholder: 'TEXT', summary: 'why' },
} as const satisfies CommandSpec['flags'];

function parseSaid(input: Input, isRequired: boolean): Said {
  const [id = ''] = input.arguments;
  const by = textFlag(input, 'by')?.trim() ?? '';
  const comment = textFlag(input, 'comment')?.trim() ?? '';
  if (isRequired && (by === '' || comment === '')) {
    throw usageError(
      'approval-incomplete',
      'an approval says who and why',
      '--by email:someone@example.com --comment "agreed in the meeting"',
    );
  }
  return { id, by, comment, ...runOptions(input) };
}

/** The change, carried out in `apply`; until then what is there. */
type Asked = Shown & Readonly<{ said: Said; perform: () => Promise<ActionView> }>;

export function actionsApproveCommand(open: OpenActions): Command<Said, Asked> {
  return defineCommand<Said, Asked>({
    ...COMMON,
    path: ['alerts', 'actions', 'approve'],
    summary: 'Agree to what an action is about to do.',
    description: [
      'For whoever holds the role policy-steward. The action acts at the next run: after the next',
      'evaluation, or brctl finance alerts actions run. Exit codes: 3 it waits for no approval, 7',
      'who approves does not hold the role.',
    ].join('\n'),
    examples: ['brctl finance alerts actions approve 1f2e3d4c --by user:ada --comment yes'],
    arguments: [ID],
    flags: SAID_FLAGS,
    dryRun: true,
    parse: (input) => parseSaid(input, true),
    plan: (said, context) =>
      withPorts(open(context, { readOnly: said.isDryRun }), async (ports) => {
        const instance = actionNamed(ports.state.instances(), said.id, ports);
        const by = stewardNamed(said.by, await ports.roles());
        const moves = (nowMs: number, one: typeof instance): readonly Moved[] => {
          const moved = approve(one, { by, comment: said.comment, nowMs });
          if (moved === undefined)
            throw notSo(one.subject.action, `is ${one.phase}: nothing waits`);
          return [moved];
        };
        const preview = moves(context.now.getTime(), instance);
        return {
          said,
          view: movedView(preview, ports, true),
          perform: () => performed(ports, instance.key, (one) => moves(ports.clock(), one)),
        };
      }),
    apply: async (asked) => ({ ...asked, view: await asked.perform() }),
    outcome: () => 'ok',
  });
}

export function actionsUndoCommand(open: OpenActions): Command<Said, Asked> {
  return defineCommand<Said, Asked>({
    ...COMMON,
    path: ['alerts', 'actions', 'undo'],
    summary: 'Take back what an action did.',
    description: [
      'What somebody else has changed since is not overwritten: it is said, and left. In the same',
      'period the action does not act again for this rule. Without --by the journal says operator.',
      'Exit codes: 1 it was not undone, 3 there is nothing to undo, 3 or 4 a notice could not be',
      'delivered, 7 who is named is no policy-steward, 8 another process is carrying out actions.',
    ].join('\n'),
    examples: ['brctl finance alerts actions undo 1f2e3d4c --comment raised'],
    arguments: [ID],
    flags: SAID_FLAGS,
    dryRun: true,
    parse: (input) => parseSaid(input, false),
    plan: (typed, context) =>
      withPorts(
        open(context, { readOnly: typed.isDryRun, stdout: typed.stdout }),
        async (ports) => {
          const instances = ports.state.instances();
          const instance = actionNamed(instances, typed.id, ports);
          const by = typed.by === '' ? 'operator' : stewardNamed(typed.by, await ports.roles());
          const said = { ...typed, by };
          const preview = undoMoves(said, instances, instance.key, context.now.getTime());
          return {
            said,
            view: movedView(preview, ports, true),
            perform: () =>
              performed(ports, instance.key, (_, all) =>
                undoMoves(said, all, instance.key, ports.clock()),
              ),
          };
        },
      ),
    apply: async (asked) => {
      const view = await asked.perform();
      const sending = await asked.ports.tell(await asked.ports.settings.alerts());
      return { ...asked, view: { ...view, sending } };
    },
    outcome: outcomeOf,
  });
}

/** Others that wait for the same would do it again at once. */
function undoMoves(
  { by, comment }: Said,
  all: readonly Moved['next'][],
  key: string,
  nowMs: number,
): readonly Moved[] {
  const one = all.find((each) => each.key === key)!;
  if (!canUndo(one)) throw notSo(one.subject.action, `is ${one.phase}: there is nothing to undo`);
  const said = { nowMs, by, comment: comment === '' ? null : comment };
  const waiting = all.filter(
    ({ key: other, subject, phase }) =>
      other !== key &&
      subject.action === one.subject.action &&
      (phase === 'armed' || phase === 'waiting-approval'),
  );
  return [
    beginUndo(one, { ...said, why: `${by} asked to undo it` }),
    ...waiting.map((each) => move(each, 'restored', { ...said, why: 'undone before it began' })),
  ];
}

function movedView(moved: readonly Moved[], ports: ActionPorts, isDryRun: boolean): ActionView {
  const instances = moved.map(({ next }) => next);
  return viewOf({ instances, entries: moved.map(({ entry }) => entry), isDryRun }, ports);
}

type Moves = (one: Moved['next'], all: readonly Moved['next'][]) => readonly Moved[];

async function performed(ports: ActionPorts, key: string, moves: Moves): Promise<ActionView> {
  const config = await ports.settings.alerts();
  const done = await runMoves(ports, { config, records: [] }, (all) =>
    moves(all.find((each) => each.key === key)!, all),
  );
  if (done === undefined) throw busyError();
  const keys = new Set(done.entries.map((entry) => entry.key));
  const instances = ports.state.instances().filter((each) => keys.has(each.key));
  return viewOf({ instances, entries: done.entries }, ports);
}

type Running = Shown & Readonly<{ context: PackContext }>;

export function actionsRunCommand(open: OpenActions): Command<RunOptions, Running> {
  return defineCommand<RunOptions, Running>({
    ...COMMON,
    path: ['alerts', 'actions', 'run'],
    summary: 'Carry out the actions of alerts as they were last evaluated.',
    description: [
      'As each evaluation does at its end, and tells whoever has to know. With --dry-run it says',
      'what would be done now, also by triggers that are switched off, and touches nothing. Exit',
      'code 1: something failed, drifted or waits for approval. 3 or 4: a notice could not be',
      'delivered.',
    ].join('\n'),
    examples: ['brctl finance alerts actions run --dry-run'],
    dryRun: true,
    parse: runOptions,
    plan: ({ isDryRun, stdout }, context) =>
      withPorts(open(context, { readOnly: isDryRun, stdout }), async (ports) => {
        const config = await ports.settings.alerts();
        const asked = { config, records: ports.records() };
        const before = ports.state.instances();
        const plan = previewActions(before, asked, context.now.getTime());
        const { definitions } = config;
        return { context, view: viewOf({ ...plan, definitions, isDryRun: true }, ports) };
      }),
    apply: async (running) => {
      const { ports } = running;
      const config = await ports.settings.alerts();
      const report = await runActions(ports, { config, records: ports.records() });
      const sending = config.isEnabled ? await ports.tell(config) : undefined;
      return { ...running, view: viewOf({ ...report, sending }, ports) };
    },
    outcome: outcomeOf,
  });
}
