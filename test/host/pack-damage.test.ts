/** Code of an installed pack that is missing or cut off is told as that, whenever it is needed. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { builtHello, run, temporaryFolder } from '../support/host.ts';

async function installed(): Promise<{ target: string; root: string; chunk: string }> {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  const root = join(target, '.brctl/packs/hello/g0001');
  // The one that is loaded when someone shouts.
  const chunk = readdirSync(root).find((name) => /^shout.*\.mjs$|^chunk-.*\.mjs$/.test(name))!;
  return { target, root, chunk };
}

function cutOff(file: string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, 'export const shout = (text) => {');
}

async function refused(target: string): Promise<string> {
  const { code, out, err } = await run(['hello', 'greet', 'you', '--loud'], { cwd: target });
  expect([code, out]).toEqual([5, '']);
  expect(err).toContain(
    '  hint: brctl pack verify hello says all that is wrong, and what puts it right\n',
  );
  return err;
}

test('a bundle that is missing, cut off, or empty', async () => {
  const missing = await installed();
  rmSync(join(missing.root, 'index.mjs'));
  expect(await refused(missing.target)).toContain('is damaged: index.mjs is missing\n');
  const cut = await installed();
  cutOff(join(cut.root, 'index.mjs'));
  expect(await refused(cut.target)).toContain('is damaged: index.mjs was changed\n');
  const empty = await installed();
  chmodSync(join(empty.root, 'index.mjs'), 0o644);
  writeFileSync(join(empty.root, 'index.mjs'), '');
  expect(await refused(empty.target)).toContain('is damaged: index.mjs was changed\n');
});

test.each(['index.mjs', 'commands.json', 'chunk'])(
  'code that was changed never runs: %s',
  async (name) => {
    const { target, root, chunk } = await installed();
    const file = join(root, name === 'chunk' ? chunk : name);
    chmodSync(file, 0o644);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      name === 'commands.json' ? `${text} ` : `${text}globalThis.ranChanged = 1;`,
    );
    expect(await refused(target)).toContain(`is damaged: ${basename(file)} was changed\n`);
    // Nor when only its config is checked.
    expect((await run(['doctor', `--target=${target}`])).code).toBe(1);
    expect((await run(['pack', 'validate', `--target=${target}`])).code).toBe(1);
    expect(globalThis).not.toHaveProperty('ranChanged');
    expect((await run(['pack', 'verify', `--target=${target}`])).out).toContain('was changed');
    expect((await run(['hello', '--help'], { cwd: target })).code).toBe(0);
  },
);

test('a generation whose receipt is gone, or tells of other files, does not run', async () => {
  const { target, root } = await installed();
  const receipt = join(root, '.brctl/receipt.json');
  const text = readFileSync(receipt, 'utf8');
  chmodSync(receipt, 0o644);
  const { files } = JSON.parse(text);
  for (const other of ['null', '{', text.replace(files[0].sha256, files[1].sha256)]) {
    writeFileSync(receipt, other);
    expect(await refused(target)).toContain('receipt.json does not say what belongs there\n');
  }
  chmodSync(join(root, '.brctl'), 0o755);
  rmSync(receipt);
  expect(await refused(target)).toContain('receipt.json does not say what belongs there\n');
});

test('a chunk that a command loads while it runs', async () => {
  const missing = await installed();
  rmSync(join(missing.root, missing.chunk));
  expect(await refused(missing.target)).toContain(`is damaged: ${missing.chunk} is missing\n`);
  const cut = await installed();
  cutOff(join(cut.root, cut.chunk));
  expect(await refused(cut.target)).toContain(`is damaged: ${cut.chunk} was changed\n`);
});

test('an install that did not get to its last step fails the visit of the doctor', async () => {
  const target = temporaryFolder();
  mkdirSync(join(target, '.brctl/packs/hello/g0001'), { recursive: true });
  const { code, out } = await run(['doctor', `--target=${target}`]);
  expect(code).toBe(1);
  expect(out).toContain('fail  packs    hello has no current generation');
  expect(out).toContain(`-> brctl pack install hello --target=${target}\n`);
  expect(out).not.toContain('no pack is installed');
});
