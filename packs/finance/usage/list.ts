/** `brctl finance usage list`: the newest reading of every metric, and how old it is. */
import {
  defineCommand,
  type Input,
  type PackContext,
  suggest,
  textFlag,
  usageError,
} from 'brctl/sdk';
import { parseDuration } from '../core/alert-config/duration.ts';
import { parseInstant } from '../core/usage/instant.ts';
import type { LatestReading } from '../ports/usage.ts';
import type { OpenUsage } from './ports.ts';
import { renderList } from './render/list-text.ts';

export type UsageListOptions = Readonly<{
  service: string | undefined;
  sinceMs: number | undefined;
  nowMs: number;
}>;

export type UsageList = UsageListOptions &
  Readonly<{
    metrics: readonly LatestReading[];
    /** Where there are none: a service that has some and was probably meant. */
    meant: string | undefined;
  }>;

export function usageListCommand(open: OpenUsage) {
  return defineCommand<UsageListOptions, UsageList>({
    path: ['usage', 'list'],
    summary: 'The newest usage reading of every metric, and how old it is.',
    description:
      'One line for each service, metric and source, with the percentage of the limit that the ' +
      'reading names. Units are as they were recorded.',
    examples: [
      'brctl finance usage list',
      'brctl finance usage list --service supabase --since 7d --format json',
    ],
    flags: {
      service: { type: 'string', placeholder: 'NAME', summary: 'only of this service' },
      since: {
        type: 'string',
        placeholder: 'WHEN',
        summary: 'only readings of then or later: 7d, 2026-03-01 or 2026-03-01T12:00:00Z',
      },
    },
    formats: ['table', 'json'],
    parse,
    plan: async (options, context) => {
      const { store, close } = await open(context, { isWriting: false });
      try {
        const { service, sinceMs } = options;
        const metrics = await store.latest({ service, sinceMs });
        const isUnknown = metrics.length === 0 && service !== undefined;
        const all = isUnknown ? await store.latest({ service: undefined, sinceMs: undefined }) : [];
        const known = [...new Set(all.map(({ reading }) => reading.service))];
        const meant = isUnknown && !known.includes(service) ? suggest(service, known) : undefined;
        return { ...options, metrics, meant };
      } finally {
        await close();
      }
    },
    render: renderList,
    outcome: () => 'ok',
  });
}

function parse(input: Input, context: PackContext): UsageListOptions {
  const nowMs = context.now.getTime();
  const since = textFlag(input, 'since');
  return {
    service: textFlag(input, 'service')?.normalize('NFC').toLowerCase(),
    sinceMs: since === undefined ? undefined : sinceOf(since, nowMs),
    nowMs,
  };
}

function sinceOf(text: string, nowMs: number): number {
  const isDuration = /^(\d+[a-z])+$/.test(text);
  try {
    return isDuration ? Math.max(nowMs - parseDuration(text), 0) : parseInstant(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = '7d, 2026-03-01 or 2026-03-01T12:00:00Z';
    throw usageError('since-invalid', `--since ${text}: ${error.message}`, hint);
  }
}
