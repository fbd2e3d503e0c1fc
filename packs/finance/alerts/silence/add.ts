/**
 * `brctl finance alerts silence add`: keeps alerts quiet for a while. They are evaluated all the
 * same; what still fires afterwards is told then. Exit codes: 0 added, 2 it is no silence.
 */
import { defineCommand, type Input, type PackContext, textFlag, usageError } from 'brctl/sdk';
import {
  type Matcher,
  parseMatcher,
  type Silence,
  silence,
} from '../../core/alert-state/silence.ts';
import { requireLabel, requireSeverity } from '../routes/labels.ts';
import { durationFlag, instantFlag } from '../when.ts';
import { firingIn } from './firing.ts';
import type { OpenSilences } from './ports.ts';
import { renderChange, type SilenceChange } from './render.ts';

type Words = Readonly<{ silence: Silence; nowMs: number }>;

export function silenceAddCommand(open: OpenSilences) {
  return defineCommand<Words, SilenceChange>({
    path: ['alerts', 'silence', 'add'],
    summary: 'Keep alerts quiet that match, for a while.',
    description: DESCRIPTION,
    examples: [
      `${ADD} service=openai --for 2h --author ops --comment migration`,
      `${ADD} severity=info kind!=service --for 2d --author me --comment x`,
    ],
    arguments: [
      {
        name: 'matcher',
        summary: 'label=value, !=, =~ or !~; all of them have to match',
        required: true,
        variadic: true,
      },
    ],
    flags: {
      for: { type: 'string', placeholder: 'TIME', summary: 'how long: 30m, 2h, 1d12h' },
      until: { type: 'string', placeholder: 'INSTANT', summary: 'or when it ends' },
      starts: { type: 'string', placeholder: 'INSTANT', summary: 'when it begins; default: now' },
      author: { type: 'string', placeholder: 'NAME', summary: 'who wants it' },
      comment: { type: 'string', placeholder: 'TEXT', summary: 'why' },
    },
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: async (words, context) => {
      const { store, close } = await open(context, { isWriting: false });
      try {
        return { ...words, change: 'none', firing: firingIn(store) };
      } finally {
        await close();
      }
    },
    apply: async (words, context) => {
      const { store, close } = await open(context, { isWriting: true });
      try {
        store.addSilence(words.silence);
        return { ...words, change: 'added', firing: firingIn(store) };
      } finally {
        await close();
      }
    },
    render: renderChange,
    outcome: () => 'ok',
  });
}

const ADD = 'brctl finance alerts silence add';

const DESCRIPTION = [
  'Matchers look at the labels of alerts: rule, kind, severity, service, provider, scope and more,',
  'which alerts routes knows too. A value after =~ or !~ is a regular expression over the whole',
  'label; what is not there is empty. A silence mutes notices and changes no state. It says how',
  'many of the alerts that fire now it mutes: none may be a slip, or a silence in good time.',
].join('\n');

function parse(input: Input, context: PackContext): Words {
  const nowMs = context.now.getTime();
  const startsMs = instantFlag(input, 'starts') ?? nowMs;
  const endsMs = endOf(input, startsMs);
  const [author, comment] = ['author', 'comment'].map((name) => textFlag(input, name)?.trim());
  if (!author || !comment) {
    const missing = author ? 'comment' : 'author';
    throw usageError(
      `${missing}-missing`,
      `a silence needs --${missing}: whoever finds it later wants to know who and why`,
    );
  }
  const matchers = input.arguments.map(matcherOf);
  if (endsMs <= nowMs) throw usageError('silence-over', 'the silence would be over already');
  const id = context.uniqueId();
  try {
    return { silence: silence({ id, matchers, author, comment, startsMs, endsMs }), nowMs };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError('silence-invalid', error.message, 'for example service=openai');
  }
}

function matcherOf(typed: string): Matcher {
  try {
    const matcher = parseMatcher(typed);
    requireLabel(matcher.label);
    // An expression may well name none of them in full.
    const isWord = matcher.operator === '=' || matcher.operator === '!=';
    if (matcher.label === 'severity' && isWord && matcher.value !== '') {
      requireSeverity(matcher.value);
    }
    return matcher;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError('matcher-invalid', error.message, 'for example service=openai');
  }
}

function endOf(input: Input, startsMs: number): number {
  const forMs = durationFlag(input, 'for');
  const untilMs = instantFlag(input, 'until');
  if ((forMs === undefined) === (untilMs === undefined)) {
    const problem = forMs === undefined ? 'does not say for how long' : 'has two ends';
    throw usageError('silence-end', `the silence ${problem}`, 'give --for 2h, or --until INSTANT');
  }
  return untilMs ?? startsMs + forMs!;
}
