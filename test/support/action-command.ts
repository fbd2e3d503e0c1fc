/** The commands about actions, run over the real ports of a temporary target. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type AnyCommand, type Input, plainPaint } from '../../src/sdk/index.ts';
import type { Place } from './action-ports.ts';

const schema = new URL('../../schemas/finance/alert-actions.schema.json', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv);
export const validActions = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

type Words = Readonly<{ words?: string[]; flags?: Input['flags']; dryRun?: boolean }>;

export async function command(at: Place, made: AnyCommand, nowMs: number, words: Words = {}) {
  const context = at.context(nowMs);
  const input: Input = {
    ...{ arguments: words.words ?? [], flags: words.flags ?? {}, dryRun: words.dryRun === true },
    ...{ inputFormat: undefined, format: 'json', out: undefined },
  };
  const plan = await made.plan(made.parse(input, context), context);
  try {
    const done = made.apply === undefined || input.dryRun ? plan : await made.apply(plan, context);
    const view = { width: 100, isTTY: false, paint: plainPaint };
    return {
      outcome: made.outcome(done),
      json: JSON.parse(made.render(done, { ...view, format: 'json' })),
      text: made.render(done, { ...view, format: 'table' }),
    };
  } finally {
    await made.release?.(plan, context);
  }
}

/** All that is on disk below the target. */
export function bytesOf(root: string): string {
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  return files
    .filter((each) => each.isFile() && !/-(shm|wal)$/.test(each.name))
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');
}
