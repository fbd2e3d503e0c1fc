/** What a pack may touch: asked once, asked again when it is more, and held to at run time. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/main.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { HELLO_CONSENT } from '../support/consent.ts';
import {
  buildHello,
  copyHello,
  fakeHost,
  type HostOptions,
  type Ran,
  run,
  temporaryFolder,
} from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { asking, hello, serve } from '../support/releases.ts';

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const HASH = HELLO_CONSENT.split('=')[1];
const ALONE = { confirm: undefined };

const install = (root: string, words: readonly string[] = [], options: HostOptions = {}) =>
  run(['pack', 'install', root, `--target=${target}`, ...words], options);

/** Somebody at a terminal, and what they were asked. */
function somebody(answer: boolean) {
  const asked: string[] = [];
  const confirm = async (question: string) => {
    asked.push(question);
    return answer;
  };
  return { asked, confirm };
}

describe('consent', () => {
  test('is asked for in one question, and no is no', async () => {
    const root = await hello('1.2.0');
    const { asked, confirm } = somebody(false);
    const { code, out, err } = await install(root, [], { confirm });
    expect(asked).toEqual([
      'hello 1.2.0 asks to read the secrets HELLO_KEY, HELLO_TOKEN; talk to api.example.com. ' +
        'Allow this?',
    ]);
    expect([code, out, err]).toEqual([
      7,
      '',
      'brctl: hello 1.2.0 asks to read the secrets HELLO_KEY, HELLO_TOKEN; ' +
        'talk to api.example.com, and you did not allow it; nothing was changed\n',
    ]);
    expect(existsSync(target)).toBe(false);
    const yes = somebody(true);
    expect((await install(root, [], { confirm: yes.confirm })).code).toBe(0);
    expect(yes.asked).toHaveLength(1);
  });

  test('without a terminal is a hash, and another hash is none', async () => {
    const root = await hello('1.2.0');
    const missing = await install(root, [], ALONE);
    expect([missing.code, missing.err]).toEqual([
      7,
      'brctl: hello 1.2.0 asks to read the secrets HELLO_KEY, HELLO_TOKEN; ' +
        'talk to api.example.com, and nobody has consented to that\n' +
        `  hint: consent with --accept-permissions ${HASH}\n`,
    ]);
    for (const wrong of [`sha256:${'0'.repeat(64)}`, 'yes', '', `${HASH}0`]) {
      const { asked, confirm } = somebody(true);
      const words = ['--accept-permissions', wrong];
      const { code, err } = await install(root, words, { confirm });
      expect([wrong, code, asked]).toEqual([wrong, 7, []]);
      expect(err).toContain(`these are other permissions than those of ${wrong}\n`);
    }
    expect(existsSync(target)).toBe(false);
    expect((await install(root, [HELLO_CONSENT], ALONE)).code).toBe(0);
    expect(readReceipt(join(target, '.brctl/packs/hello/g0001')).permissions.hash).toBe(HASH);
  });

  test('is not asked for by a dry run, a plan, or a pack that asks for nothing', async () => {
    const root = await hello('1.2.0');
    const dry = await install(root, ['--dry-run'], ALONE);
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining(`  permissions ${HASH}\n`)]);
    const plan = await run(['pack', 'plan', root, `--target=${target}`], ALONE);
    expect([plan.code, plan.out]).toEqual([1, expect.stringContaining('  may talk to api.ex')]);
    const quiet = await hello('1.2.0', await asking({}));
    expect((await install(quiet, [], ALONE)).code).toBe(0);
  });

  test('is asked for again only when a version wants more, and only for what is new', async () => {
    const wants = async (version: string, hosts: string[], secrets: string[]) =>
      hello(version, await asking({ hosts, secrets }));
    await install(await wants('1.1.0', ['*.example.com'], ['A', 'B']));
    const { asked, confirm } = somebody(true);
    await install(await wants('1.2.0', ['api.example.com:443'], ['B']), [], { confirm });
    expect(asked).toEqual([]);
    const wider = await wants('1.3.0', ['api.example.com', 'example.com'], ['B', 'A']);
    await install(wider, [], { confirm });
    expect(asked).toEqual([
      'hello 1.3.0 now also asks to read the secret A; talk to example.com. Allow this?',
    ]);
    const back = await run(['pack', 'rollback', 'hello', `--target=${target}`], ALONE);
    expect(back.code).toBe(0);
    expect((await install(wider, [], ALONE)).code).toBe(7);
  });

  test('that was refused leaves what is installed as it is', async () => {
    await install(await hello('1.2.0'));
    const before = fingerprint(target);
    const wider = await hello('1.3.0', await asking({ executables: ['git'] }));
    expect((await install(wider, [], { confirm: somebody(false).confirm })).code).toBe(7);
    expect((await install(wider, [HELLO_CONSENT], ALONE)).code).toBe(7);
    expect(fingerprint(target)).toEqual(before);
  });

  test('is for what the manifest says: an index that says more is refused', async () => {
    const root = await hello('1.2.0');
    const file = join(root, 'commands.json');
    const index = JSON.parse(readFileSync(file, 'utf8'));
    const wider = [
      { hosts: ['api.example.com', 'evil.example.com'] },
      { secrets: ['HELLO_TOKEN', 'HELLO_KEY', 'AWS_SECRET_ACCESS_KEY'] },
      { executables: ['sh'] },
    ];
    for (const each of wider) {
      const permissions = { ...index.permissions, ...each };
      writeFileSync(file, JSON.stringify({ ...index, permissions }));
      const { code, err } = await install(root, [HELLO_CONSENT]);
      expect([code, err]).toEqual([
        3,
        expect.stringMatching(/commands\.json:\d+:\d+: permissions must be .*, as in the manif/),
      ]);
    }
    expect(existsSync(target)).toBe(false);
  });
});

/** hello that says what it sees of the world around it. */
const CURIOUS = `import { defineCommand, definePack, toJson } from 'brctl/sdk';
const look = defineCommand({
  path: ['look'],
  summary: 'Look around.',
  examples: [],
  arguments: [{ name: 'url', summary: 'where', required: true }],
  formats: ['json'],
  parse: (input) => input.arguments[0] ?? '',
  plan: async (url, context) => {
    const env = Object.keys(context.env).sort();
    const answer = url === '-' ? '' : await (await context.fetch(url)).text();
    return { env, answer };
  },
  render: (seen) => toJson(seen),
  outcome: () => 'ok',
});
export default definePack({ commands: [look] });
`;

describe('a command of a pack', () => {
  async function curious(hosts: readonly string[], configured?: string[]): Promise<string> {
    const listed = configured === undefined ? {} : { configured };
    const { 'pack.yaml': manifest } = await asking({ secrets: ['HELLO_KEY'], hosts, ...listed });
    const source = copyHello({ 'index.ts': CURIOUS, 'pack.yaml': String(manifest) });
    return buildHello(source);
  }

  const look = async (url: string, env: HostOptions['env'] = {}): Promise<Ran> => {
    const host = { ...fakeHost({ env }), fetch: globalThis.fetch };
    const code = await main(['hello', 'look', url, `--target=${target}`], host);
    return { code, ...host.printed };
  };

  test('sees the secrets it declared, and no others', async () => {
    expect((await install(await curious([]))).code).toBe(0);
    const env = {
      HELLO_KEY: '1',
      HELLO_KEY_FILE: '/run/key',
      HELLO_TOKEN: '2',
      AWS_SECRET_ACCESS_KEY: '3',
      BRCTL_SIGNING_KEY: '4',
      HOME: '/root',
      PATH: '/bin',
      TZ: 'UTC',
    };
    const { code, out } = await look('-', env);
    expect([code, JSON.parse(out).env]).toEqual([0, ['HELLO_KEY', 'HELLO_KEY_FILE', 'TZ']]);
  });

  test('talks to the hosts it declared, and a redirect is no way around', async () => {
    const other = await serve((_, response) => response.end('secret'));
    const host = await serve(({ url }, response) => {
      if (url === '/away') response.writeHead(302, { location: `http://${other}/` }).end();
      else response.end('welcome');
    });
    // A manifest names hosts; a port is part of one.
    const declared = `localhost:${host.split(':')[1]}`;
    expect((await install(await curious([declared]))).code).toBe(0);
    expect(JSON.parse((await look(`http://${declared}/`)).out).answer).toBe('welcome');
    const refused = [`http://${other}/`, `http://${declared}/away`, 'https://api.example.com/'];
    for (const url of refused) {
      const { code, out, err } = await look(url);
      expect([url, code, out]).toEqual([url, 7, '']);
      expect(err).toContain('which permissions.hosts of its manifest does not list\n');
    }
  });

  test('sees and reaches what the operator wrote into a config that was consented to', async () => {
    const host = await serve((_, response) => response.end('welcome'));
    const { asked, confirm } = somebody(true);
    expect((await install(await curious([], ['texts/footer.yaml']), [], { confirm })).code).toBe(0);
    expect(asked).toEqual([
      'hello 1.2.0 asks to read the secret HELLO_KEY; read the variables and talk to the hosts ' +
        'that you write into config/hello/texts/footer.yaml. Allow this?',
    ]);
    const { permissions } = readReceipt(join(target, '.brctl/packs/hello/g0001'));
    expect(permissions.granted.configured).toEqual(['config/hello/texts/footer.yaml']);
    const url = `http://${host}/`;
    const env = { HELLO_HOOK: url, HELLO_TOKEN: '2' };
    expect(await look(url, env)).toMatchObject({
      code: 7,
      err: expect.stringContaining('manifest nor in config/hello/texts/footer.yaml\n'),
    });
    const written = `# \${HELLO_TOKEN}\nhook: \${HELLO_HOOK}\n`;
    writeFileSync(join(target, 'config/hello/greeting.yaml'), written);
    expect(await look(url, env)).toMatchObject({ code: 7 });
    writeFileSync(join(target, 'config/hello/texts/footer.yaml'), written);
    const { code, out } = await look(url, env);
    expect([code, JSON.parse(out)]).toEqual([0, { env: ['HELLO_HOOK'], answer: 'welcome' }]);
  });

  test('is asked for again when another config file says more', async () => {
    const wants = async (version: string, configured: string[]) =>
      hello(version, await asking({ configured }));
    await install(await wants('1.1.0', ['greeting.yaml']));
    const { asked, confirm } = somebody(true);
    await install(await wants('1.2.0', ['greeting.yaml']), [], { confirm });
    expect(asked).toEqual([]);
    await install(await wants('1.3.0', ['greeting.yaml', 'texts/footer.yaml']), [], { confirm });
    expect(asked).toEqual([
      'hello 1.3.0 now also asks to read the variables and talk to the hosts that you write into ' +
        'config/hello/texts/footer.yaml. Allow this?',
    ]);
    const info = await run(['pack', 'info', 'hello', `--target=${target}`, '--format=json']);
    expect(JSON.parse(info.out).permissions.configured).toEqual([
      'config/hello/greeting.yaml',
      'config/hello/texts/footer.yaml',
    ]);
  });

  test('is asked for again when a shipped config file makes an address of a variable', async () => {
    const ships = async (version: string, value: string) =>
      hello(version, {
        ...(await asking({ secrets: ['HELLO_KEY'], configured: ['texts/footer.yaml'] })),
        'config/footer.yaml': `hook: "${value}"\n`,
      });
    const yes = somebody(true);
    await install(await ships('1.1.0', 'none'), [], { confirm: yes.confirm });
    const key = `$\{HELLO_KEY}`;
    const values = [
      [`http://127.0.0.1:${key}/x`, `127.0.0.1:${key}`],
      [`https://${key}.example/a?b`, `${key}.example`],
      [`http://${key}/`, `${key}:80`],
      [key, key],
    ] as const;
    for (const [i, [value, host]] of values.entries()) {
      const root = await ships(`1.${i + 2}.0`, value);
      const { code, err } = await install(root, [], ALONE);
      expect([code, err]).toEqual([7, expect.stringContaining(`now also asks to talk to ${host}`)]);
    }
    const { asked, confirm } = somebody(true);
    await install(await ships('1.8.0', values[0][0]), [], { confirm });
    expect(asked).toEqual([`hello 1.8.0 now also asks to talk to 127.0.0.1:${key}. Allow this?`]);
    const again = somebody(true);
    await install(await ships('1.9.0', values[0][0]), [], { confirm: again.confirm });
    expect(again.asked).toEqual([]);
  });
});
