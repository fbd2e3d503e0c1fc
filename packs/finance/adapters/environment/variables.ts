/** Variables of the environment, or of the files that `NAME_FILE` names. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from 'brctl/sdk';
import type { Variable, Variables } from '../../ports/variables.ts';

const BYTES_MAX = 64 * 1024;

export function environmentVariables(context: Pick<Context, 'env' | 'cwd'>): Variables {
  return {
    lookUp: async (names) =>
      new Map(
        await Promise.all(
          names.map(async (name) => [name, await variableOf(context, name)] as const),
        ),
      ),
  };
}

async function variableOf(
  { env, cwd }: Pick<Context, 'env' | 'cwd'>,
  name: string,
): Promise<Variable> {
  const value = env[name] ?? '';
  if (value !== '') return { value };
  const file = env[`${name}_FILE`] ?? '';
  if (file === '') return { problem: `${name} is not set` };
  const path = resolve(cwd, file);
  try {
    const text = (await readSmall(path)).trim();
    return text === '' ? { problem: `${path} (${name}_FILE) is empty` } : { value: text };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { problem: `${path} (${name}_FILE) cannot be read: ${code ?? message}` };
  }
}

/** O_NONBLOCK: a pipe without a writer must fail, not wait. */
async function readSmall(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error('it is no file');
    if (stat.size > BYTES_MAX) throw new Error('it is too long for a value');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
