/** What the operator's own config adds to what a manifest declares. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Permissions } from '../../src/pack/manifest/manifest.ts';
import { grantedBy } from '../../src/pack/trust/configured.ts';
import { confine } from '../../src/pack/trust/confined.ts';
import type { PackContext } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { temporaryFolder } from '../support/host.ts';
import { writeFile } from '../support/releases.ts';

const PACK = { name: 'hello', version: '1.2.0', root: '/' };
const LISTED: Permissions = { configured: ['alerts.yaml', 'texts/more.yaml'] };

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const config = (path: string, text: string | Uint8Array) =>
  writeFile(join(root, 'config/hello', path), text);

/** `$A` for what the linter would take for a mistake. */
const named = (text: string): string => text.replaceAll(/\$([A-Z_]+)/g, (_, name) => `\${${name}}`);

function contextWith(env: PackContext['env'] = {}): PackContext {
  return fakePackContext(root, PACK, { env, cwd: root });
}

const granted = (env: PackContext['env'] = {}, permissions = LISTED) =>
  grantedBy(contextWith(env), permissions);

/** Names and hosts that are granted, sorted. */
async function grants(env: PackContext['env'] = {}, permissions = LISTED) {
  const { variables, hosts } = await granted(env, permissions);
  return { variables: [...variables].sort(), hosts: [...hosts()].sort() };
}

const NOTHING = { variables: [], hosts: [] };

describe('variables', () => {
  test('are those that values of a listed file name, wherever they stand', async () => {
    config('alerts.yaml', named('a: "$ONE"\nb:\n  - x-$TWO-$lower\n  - [a, "$THREE"]\n'));
    config('texts/more.yaml', named('text: |\n  # $FOUR\n  $FIVE\n$KEY: 1\n'));
    config('other.yaml', named('a: $OTHER\n'));
    const { variables } = await grants();
    expect(variables).toEqual(['FIVE', 'FOUR', 'ONE', 'THREE', 'TWO']);
    expect((await grants({}, {})).variables).toEqual([]);
  });

  test('are not those of comments', async () => {
    config('alerts.yaml', named('# a: $ONE\nb: c # $TWO\n#\n  # - $THREE\nd: "e" # "$FOUR"\n'));
    expect(await grants({ ONE: 'https://a.example' })).toEqual(NOTHING);
    config('alerts.yaml', named('# $ONE\na: [b, [c, "$FIVE"]] # $TWO\n'));
    expect((await grants()).variables).toEqual(['FIVE']);
  });

  test('are what looks like one, and nothing like it', async () => {
    const odd = ['NAME', '{A B}', '{}', '{1A}', '{A-b}', ' {A}', '{A'].map((text) => `$${text}`);
    config('alerts.yaml', odd.map((text) => `- '${text}'\n`).join(''));
    expect((await grants()).variables).toEqual([]);
  });

  test('never are what brctl signs with', async () => {
    const names = ['BRCTL_SIGNING_KEY', 'BRCTL_SIGNING_KEY_FILE', 'Brctl_Signing_Key', 'MINE'];
    config('alerts.yaml', names.map((name) => `- \${${name}}\n`).join(''));
    const env = { ...Object.fromEntries(names.map((name) => [name, 'https://a.example'])) };
    const context = contextWith({ ...env, MINE: 'x' });
    const confined = confine(context, LISTED, await grantedBy(context, LISTED));
    expect(Object.keys(confined.env)).toEqual(['MINE']);
    expect((await grants(env)).variables).toEqual(['MINE']);
    config('alerts.yaml', named('a: https://$BRCTL_SIGNING_KEY.example/\n'));
    expect(await grants({ BRCTL_SIGNING_KEY: 'x' })).toEqual(NOTHING);
  });
});

describe('a file grants nothing', () => {
  const full = named('a: "$ONE"\nb: https://a.example\n');

  test('that is missing, a folder, a pipe, too big, or no text', async () => {
    expect(await grants()).toEqual(NOTHING);
    mkdirSync(join(root, 'config/hello/alerts.yaml'), { recursive: true });
    expect(await grants()).toEqual(NOTHING);
    execFileSync('mkfifo', [join(root, 'config/hello/pipe.yaml')]);
    expect(await grants({}, { configured: ['pipe.yaml'] })).toEqual(NOTHING);
    const file = 'texts/more.yaml';
    config(file, `${full}# ${'x'.repeat(1024 * 1024 - full.length - 2)}`);
    expect((await grants()).variables).toEqual(['ONE']);
    config(file, `${full}# ${'x'.repeat(1024 * 1024 - full.length - 1)}`);
    expect(await grants()).toEqual(NOTHING);
    config(file, Buffer.from(`${full}c: \xe9\n`, 'latin1'));
    expect(await grants()).toEqual(NOTHING);
  });

  test.each([
    'a: b: c\n',
    'a: "b\n',
    'a: [b\n',
    'a: 1\na: 2\n',
    'a: b\n  c\n d: e\n',
    'a: 1\n b: 2\n',
    'a: *b\n',
    '\ta: b\n',
    'a: 1\n---\nb: 2\n',
    '? [a]\n: b\n',
  ])('that is not valid, whatever else is in it: %j', async (text) => {
    config('alerts.yaml', `${text}z: \${ONE}\n`);
    config('texts/more.yaml', `y: \${TWO}\nx: https://a.example\n${text}`);
    expect(await grants()).toEqual(NOTHING);
  });

  test('that a link leads to outside of the folder, or that a path leads out to', async () => {
    writeFile(join(root, 'elsewhere/x.yaml'), full);
    mkdirSync(join(root, 'config/hello'), { recursive: true });
    symlinkSync('../../elsewhere/x.yaml', join(root, 'config/hello/alerts.yaml'));
    symlinkSync('../../elsewhere', join(root, 'config/hello/texts'));
    renameSync(join(root, 'elsewhere/x.yaml'), join(root, 'elsewhere/more.yaml'));
    expect(await grants()).toEqual(NOTHING);
    const outside = ['../../elsewhere/more.yaml', join(root, 'elsewhere/more.yaml'), '.', ''];
    expect(await grants({}, { configured: outside })).toEqual(NOTHING);
  });

  test('but a link inside of the folder, or to all of it, is as good as a file', async () => {
    writeFile(join(root, 'mounted/now/x.yaml'), full);
    mkdirSync(join(root, 'config'));
    symlinkSync('../mounted', join(root, 'config/hello'));
    symlinkSync('now/x.yaml', join(root, 'mounted/alerts.yaml'));
    expect((await grants()).variables).toEqual(['ONE']);
  });

  test('by what is written to it after the command began', async () => {
    config('alerts.yaml', named('a: $ONE\n'));
    const before = await granted({ TWO: 'https://a.example' });
    config('alerts.yaml', named('a: $TWO\nb: https://b.example\n'));
    expect([[...before.variables], [...before.hosts()]]).toEqual([['ONE'], []]);
  });
});

describe('hosts', () => {
  test.each([
    ['https://a.example', ['a.example:443']],
    ['HTTPS://A.Example:8443/x?y=z#w', ['a.example:8443']],
    ['http://127.0.0.1:4000', ['127.0.0.1:4000']],
    ['http://localhost:11434/api', ['localhost:11434']],
    ['http://localhost', ['localhost:80']],
    ['http://[::1]:4000/', ['[::1]:4000']],
    ['https://b\u00fccher.example/', ['xn--bcher-kva.example:443']],
    ['https://a.example:99999', []],
    ['https://*.example/', []],
    ['https://a*.example/', []],
    ['https:///a.example', []],
    ['https:a.example', []],
    ['https:\\\\a.example', []],
    ['//a.example', []],
    ['a.example', []],
    ['a.example:443', []],
    ['ftp://a.example', []],
    ['see https://a.example', []],
    ['https://a.example, https://b.example', []],
    ['https://$NAME', []],
    ['https://${NAME', []],
    ['$HOST_ONLY', []],
    ['https://$HOST_ONLY/x', ['c.example:443']],
    ['$ADDRESS', ['d.example:8443']],
    ['$ADDRESS/more', ['d.example:8443']],
    ['x $ADDRESS', ['d.example:8443']],
    ['$AGAIN', []],
    ['$FROM', ['e.example:443']],
    ['$FROM/x', ['e.example:443']],
    ['$GONE', []],
    ['$ENDLESS', []],
    ['$MANY', []],
  ])('of %s are %j', async (text, expected) => {
    config('alerts.yaml', `a: ${JSON.stringify(named(text))}\n`);
    writeFile(join(root, 'run/from'), 'https://e.example/hook\n');
    const env = {
      HOST_ONLY: 'c.example',
      ADDRESS: ' https://d.example:8443/secret ',
      AGAIN: named('https://$HOST_ONLY'),
      ENDLESS_FILE: '/dev/zero',
      FROM: '',
      FROM_FILE: 'run/from',
      GONE_FILE: join(root, 'run/gone'),
      MANY: 'https://*.example',
      UNNAMED: 'https://unnamed.example',
    };
    expect((await grants(env)).hosts).toEqual(expected);
  });
});

describe('a confined pack', () => {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    asked.push(`${input}`);
    const location = 'https://c.example/';
    return `${input}`.endsWith('/away')
      ? new Response(null, { status: 307, headers: { location } })
      : new Response('hello');
  };
  const confined = async (permissions: Permissions, env: PackContext['env'] = {}) => {
    const context = { ...contextWith(env), fetch };
    return confine(context, permissions, await grantedBy(context, permissions));
  };
  beforeEach(() => {
    asked.length = 0;
    config('alerts.yaml', named('a: $HOOK\nb: http://localhost:11434\nc: http://d.example\n'));
  });

  test('talks to what is written there, and to no port beside it', async () => {
    const { fetch: ask } = await confined(LISTED, { HOOK: 'https://b.example:8443/s3cret' });
    const open = ['https://b.example:8443/s3cret', 'http://localhost:11434/api/tags'];
    for (const url of open) expect((await ask(url)).status).toBe(200);
    expect(asked).toEqual(open);
    const closed = ['https://b.example/', 'http://localhost/', 'https://x.b.example:8443/'];
    for (const url of [...closed, 'https://b.example:8443/away']) {
      await expect(ask(url)).rejects.toMatchObject({
        code: 'host-undeclared',
        message: expect.stringMatching(
          /, which is neither in permissions.hosts of its manifest nor /,
        ),
        hint: expect.stringContaining('an https address that you write into config/hello/alerts'),
      });
    }
    expect(asked).toEqual([...open, 'https://b.example:8443/away']);
  });

  test('talks in the clear to this machine only', async () => {
    const { fetch: ask } = await confined(LISTED);
    await expect(ask('http://d.example/')).rejects.toMatchObject({ code: 'scheme-refused' });
    expect(asked).toEqual([]);
  });

  test('without a listed file is told of the manifest alone', async () => {
    const { fetch: ask } = await confined({});
    await expect(ask('https://b.example/')).rejects.toMatchObject({
      message: expect.stringContaining('which permissions.hosts of its manifest does not list'),
    });
  });
});

test('no variable is seen but what is harmless, declared, or named in a listed file', async () => {
  const names = [
    'A',
    'B',
    'A_FILE',
    'C_KEY',
    'BRCTL_SIGNING_KEY',
    'BRCTL_SIGNING_KEY_FILE',
    'HOME',
  ];
  const word = fc.constantFrom(...names);
  const value = fc.tuple(word, fc.constantFrom('', '#', '"', "'", '|\n    ', '[', '{ x: '));
  const text = fc
    .array(value, { maxLength: 4 })
    .map((values) =>
      values.map(([name, before], i) => `k${i}: ${before}\${${name}}${before}\n`).join(''),
    );
  const env = { ...Object.fromEntries(names.map((name) => [name, '1'])), TZ: 'UTC' };
  await fc.assert(
    fc.asyncProperty(fc.array(word), text, text, async (secrets, listed, unlisted) => {
      config('alerts.yaml', listed);
      config('other.yaml', unlisted);
      const context = contextWith(env);
      const permissions = { secrets, configured: ['alerts.yaml'] };
      const { env: shown } = confine(context, permissions, await grantedBy(context, permissions));
      const inFile = names.filter((name) => listed.includes(`{${name}}`));
      const may = [...secrets, ...inFile].flatMap((name) => [name, `${name}_FILE`]);
      const allowed = may.filter((name) => !name.startsWith('BRCTL_SIGNING'));
      const others = Object.keys(shown).filter((name) => !['TZ', ...allowed].includes(name));
      expect(others).toEqual([]);
      const missing = secrets.filter((name) => !name.startsWith('BRCTL') && !(name in shown));
      expect(missing).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('a file of 400 lines is no work', async () => {
  const steps = Array.from({ length: 100 }, (_, i) => {
    return `service${i}:\n  # \${TOKEN}\n  url: "\${HOOK_${i}}"\n  percent: 80\n`;
  });
  config('alerts.yaml', steps.join(''));
  const began = performance.now();
  expect((await grants()).variables).toHaveLength(100);
  // A few on a machine that has nothing else to do; the parser alone takes 30.
  expect(performance.now() - began).toBeLessThan(25);
});

test('the pack of another name reads another folder', async () => {
  config('alerts.yaml', named('a: $ONE\n'));
  const context = fakePackContext(root, { ...PACK, name: 'other' }, {});
  expect([...(await grantedBy(context, LISTED)).variables]).toEqual([]);
});
