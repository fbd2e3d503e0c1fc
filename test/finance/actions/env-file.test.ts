/** Names of an env file set, put back, and left where somebody else has set them. */
import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { envFileActuator } from '../../../packs/finance/adapters/env-file/actuator.ts';
import type { Looked } from '../../../packs/finance/ports/action-runner.ts';
import { temporaryFolder } from '../../support/host.ts';

const ID = '1f2e3d4c'.repeat(8);

function beforeOf(looked: Looked): string {
  if (looked.kind !== 'ready') throw new Error(looked.why);
  return looked.before;
}

function envFile(text = 'A=1\nexport OPENAI_MODEL=gpt-4o\n# note\nTOKEN=planted-token-value\n') {
  const folder = temporaryFolder();
  const path = join(folder, '.env');
  writeFileSync(path, text, { mode: 0o640 });
  chmodSync(path, 0o640);
  const set = [
    ['OPENAI_MODEL', 'llama3.2'],
    ['OPENAI_BASE_URL', 'http://127.0.0.1:11434/v1'],
  ] as const;
  const actuator = envFileActuator({ path, set, secrets: [] });
  return { folder, path, actuator, read: () => readFileSync(path, 'utf8') };
}

describe('an env file', () => {
  it('has only its named lines changed, and put back byte by byte', async () => {
    const { actuator, read, path, folder } = envFile();
    const text = read();
    const before = beforeOf(await actuator.look(ID));
    expect(read()).toBe(text);
    expect(await actuator.act(before, ID)).toMatchObject({ kind: 'done' });
    expect(read()).toBe(
      `${text.replace('=gpt-4o', '=llama3.2')}OPENAI_BASE_URL=http://127.0.0.1:11434/v1\n`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await actuator.check(before)).toEqual({ is: 'done' });
    expect(await actuator.act(before, ID)).toMatchObject({ kind: 'done' });
    expect(await actuator.undo(before, ID)).toMatchObject({ kind: 'done' });
    expect(read()).toBe(text);
    await actuator.forget(before);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('keeps the old lines beside it, for its owner alone, and out of the state', async () => {
    const { actuator, folder, path } = envFile('OPENAI_MODEL=planted-secret-model\n');
    const before = beforeOf(await actuator.look(ID));
    expect(before).not.toContain('planted');
    const backup = readdirSync(folder).find((name) => name !== '.env')!;
    expect(statSync(join(folder, backup)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, backup), 'utf8')).toContain('planted-secret-model');
    expect(before).toContain(path);
  });

  it('is put back by what was set, though the config says something else by then', async () => {
    const { actuator, read, path, folder } = envFile();
    const text = read();
    const before = beforeOf(await actuator.look(ID));
    await actuator.act(before, ID);
    const edited = envFileActuator({ path, set: [['OPENAI_MODEL', 'qwen3']], secrets: [] });
    expect(await edited.check(before)).toEqual({ is: 'done' });
    expect(await edited.undo(before, ID)).toMatchObject({ kind: 'done' });
    expect(read()).toBe(text);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('that somebody else has set since is left; its other lines may change', async () => {
    const { actuator, read, path } = envFile();
    const before = beforeOf(await actuator.look(ID));
    await actuator.act(before, ID);
    writeFileSync(path, read().replace('A=1', 'A=2'));
    expect(await actuator.check(before)).toEqual({ is: 'done' });
    const drifted = read().replace('=llama3.2', '=mine');
    writeFileSync(path, drifted);
    expect(await actuator.undo(before, ID)).toMatchObject({ kind: 'drifted' });
    expect(read()).toBe(drifted);
  });

  it.each([
    ['a name that is set twice', 'OPENAI_MODEL=a\nOPENAI_MODEL=b\n', /set twice/],
    [
      'what is so already',
      'OPENAI_MODEL=llama3.2\nOPENAI_BASE_URL=http://127.0.0.1:11434/v1\n',
      /already/,
    ],
  ])('refuses %s', async (_, text, why) => {
    expect(await envFile(text).actuator.look(ID)).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(why),
    });
  });

  it('refuses links, files that are not there, and values that need quotes', async () => {
    const { folder, path } = envFile();
    const link = join(folder, 'link');
    symlinkSync(path, link);
    const look = (at: string, value = 'x') =>
      envFileActuator({ path: at, set: [['A', value]], secrets: [] }).look(ID);
    expect(await look(link)).toMatchObject({ why: expect.stringMatching(/link/) });
    expect(await look(join(folder, 'none'))).toMatchObject({ kind: 'refused' });
    expect(await look('relative')).toMatchObject({ why: expect.stringMatching(/absolute/) });
    expect(await look(path, 'a b')).toMatchObject({ why: expect.stringMatching(/quotes/) });
  });

  it('keeps line ends of Windows and a last line without a break', async () => {
    const { actuator, read } = envFile('OPENAI_MODEL=a\r\nB=2');
    const before = beforeOf(await actuator.look(ID));
    await actuator.act(before, ID);
    expect(read()).toBe(
      'OPENAI_MODEL=llama3.2\r\nB=2\nOPENAI_BASE_URL=http://127.0.0.1:11434/v1\n',
    );
  });
});
