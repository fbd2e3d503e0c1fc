/** The context as a pack gets it: what is declared is in it, and nothing else. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Permissions } from '../../src/pack/manifest/manifest.ts';
import { confine } from '../../src/pack/trust/confined.ts';
import type { PackContext } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';

const PACK = { name: 'hello', version: '1.2.0', root: '/srv/blackroad/.brctl/packs/hello/g0001' };

type World = Readonly<{ env?: PackContext['env']; fetch?: PackContext['fetch'] }>;

function confined(permissions: Permissions | undefined, world: World = {}): PackContext {
  const base = fakePackContext('/srv/blackroad', PACK, { env: world.env ?? {} });
  return confine({ ...base, fetch: world.fetch ?? globalThis.fetch }, permissions);
}

describe('the environment', () => {
  const env = {
    STRIPE_KEY: 'sk',
    STRIPE_KEY_FILE: '/run/secrets/stripe',
    STRIPE_KEY_OLD: 'old',
    AWS_SECRET_ACCESS_KEY: 'aws',
    BRCTL_SIGNING_KEY: 'pem',
    BRCTL_SIGNING_KEY_FILE: 'release.key',
    BRCTL_TARGET: '/srv/blackroad',
    FORCE_COLOR: '1',
    HOME: '/home/someone',
    LANG: 'C',
    LC_ALL: 'C',
    LC_ALL_TOKEN: 'no',
    NO_COLOR: '1',
    PATH: '/usr/bin',
    TZ: 'UTC',
  };
  const harmless = ['BRCTL_TARGET', 'FORCE_COLOR', 'LANG', 'LC_ALL', 'NO_COLOR', 'TZ'];
  const shown = (permissions: Permissions | undefined) =>
    Object.keys(confined(permissions, { env }).env).sort();

  test('holds what is harmless and nothing else', () => {
    expect(shown(undefined)).toEqual(harmless);
    expect(shown({})).toEqual(harmless);
  });

  test('holds a declared secret, by value or by file, and none that only looks like it', () => {
    const keys = shown({ secrets: ['STRIPE_KEY'] });
    expect(keys).toEqual([...harmless, 'STRIPE_KEY', 'STRIPE_KEY_FILE'].sort());
    expect(confined({ secrets: ['STRIPE_KEY'] }, { env }).env.STRIPE_KEY).toBe('sk');
  });

  test('holds PATH for a pack that may start programs', () => {
    expect(shown({ executables: ['git'] })).toEqual([...harmless, 'PATH'].sort());
  });

  test('never holds what brctl signs with, whatever a pack declares', () => {
    expect(shown({ secrets: ['BRCTL_SIGNING_KEY', 'BRCTL_SIGNING_KEY_FILE'] })).toEqual(harmless);
  });

  test('and the context around it cannot be changed', () => {
    const context = confined({}, { env });
    expect(Object.isFrozen(context)).toBe(true);
    expect(Object.isFrozen(context.env)).toBe(true);
  });
});

test('a pack gets its own two folders, and asking for the target around them is an error', () => {
  const { target } = confined(undefined);
  expect({ ...target }).toEqual({
    data: '/srv/blackroad/data/hello',
    config: '/srv/blackroad/config/hello',
  });
  for (const key of ['root', 'state'] as const) {
    expect(() => target[key]).toThrow(
      expect.objectContaining({ kind: 'consent', code: 'folder-undeclared' }),
    );
  }
});

test('what the host has beyond a context is not handed on', () => {
  const base = { ...fakePackContext('/srv/blackroad', PACK), packageRoot: '/opt/brctl', pid: 7 };
  expect(Object.keys(confine(base, undefined))).toEqual([
    'now',
    'cwd',
    'env',
    'streams',
    'fetch',
    'signal',
    'uniqueId',
    'duckdb',
    'sqlite',
    'target',
    'pack',
    'roles',
  ]);
});

describe('fetch, before anything is sent', () => {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    asked.push(`${input}`);
    return new Response('hello');
  };
  const ask = (hosts: readonly string[], url: string | URL | Request) =>
    confined({ hosts }, { fetch }).fetch(url);
  beforeEach(() => {
    asked.length = 0;
  });

  test.each([
    [['api.example'], 'https://api.example/v1?x=1'],
    [['api.example:443'], 'https://API.example:443/'],
    [['api.example:8443'], 'https://api.example:8443/'],
    [['*.example'], 'https://a.b.example/'],
    [['localhost:80'], 'http://localhost/'],
    [['127.0.0.1:8080'], 'http://127.1:8080/'],
  ])('%s lets %s through', async (hosts, url) => {
    expect(await (await ask(hosts, url)).text()).toBe('hello');
    expect(asked).toEqual([new URL(url).href]);
  });

  test.each([
    [[], 'https://api.example/secret?token=s3cret', 'host-undeclared', 'asked for api.example,'],
    [['api.example'], 'https://api.example:8443/', 'host-undeclared', 'api.example:8443'],
    [['api.example'], 'https://api.example.evil/', 'host-undeclared', 'api.example.evil'],
    [['api.example'], 'https://api.example.:443/', 'host-undeclared', 'api.example.,'],
    [['api.example'], 'http://api.example/', 'host-undeclared', 'api.example:80'],
    [['api.example:80'], 'http://api.example/', 'scheme-refused', 'https only'],
    [['localhost'], 'http://localhost/', 'host-undeclared', 'localhost:80'],
    [['*.0.0.1'], 'https://127.0.0.1/', 'host-undeclared', '127.0.0.1'],
    [['api.example'], 'file:///etc/passwd', 'scheme-refused', 'a file: address'],
    [['api.example'], 'data:,hello', 'scheme-refused', 'a data: address'],
  ])('%s keeps %s back', async (hosts, url, code, says) => {
    const error = await ask(hosts, url).catch((each) => each);
    expect(error).toMatchObject({ kind: 'consent', code });
    expect(error.message).toContain(`pack hello asked for`);
    expect(error.message).toContain(says);
    if (code === 'host-undeclared') expect(error.message).toContain('permissions.hosts');
    expect(error.message).not.toMatch(/token|s3cret|passwd/);
    expect(asked).toEqual([]);
  });

  test('a URL and a Request are asked about in the same way', async () => {
    for (const input of [new URL('https://a.example/'), new Request('https://a.example/')]) {
      await expect(ask(['b.example'], input)).rejects.toMatchObject({ code: 'host-undeclared' });
      expect((await ask(['a.example'], input)).status).toBe(200);
    }
  });

  test('a password in an address is refused and not repeated', async () => {
    const error = await ask(['a.example'], 'https://me:s3cret@a.example/').catch((each) => each);
    expect(error).toMatchObject({ kind: 'operational', code: 'address-with-password' });
    expect(error.message).not.toContain('s3cret');
  });

  test('what is no address fails as it does without brctl', async () => {
    await expect(ask(['a.example'], '/relative')).rejects.toThrow(TypeError);
  });
});
