/** What a pack may touch: compared, hashed, and consented to once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Permissions } from '../../src/pack/manifest/manifest.ts';
import { type ConsentQuestion, consentFor, permissionsHash } from '../../src/pack/trust/consent.ts';
import {
  asRecorded,
  canonical,
  coversHost,
  describePermissions,
  isNothing,
  type PermissionSet,
  permissionsOf,
  widened,
} from '../../src/pack/trust/permissions.ts';

const NONE: PermissionSet = {
  secrets: [],
  hosts: [],
  write: [],
  executables: [],
  configured: [],
};

const words = (...from: readonly string[]) => fc.array(fc.constantFrom(...from), { maxLength: 8 });

/** Of few words, so that they overlap, cover each other and repeat themselves. */
const permissions: fc.Arbitrary<Permissions> = fc.record(
  {
    secrets: words('A_KEY', 'B_KEY', 'C_KEY'),
    hosts: words(
      'a.example',
      'a.example:443',
      'a.example:8443',
      '*.a.example',
      'b.a.example',
      'c.b.a.example',
      '*.b.a.example',
      'b.a.example:8443',
      '*.example',
      `$\{A_KEY}`,
    ),
    write: words('data/one', 'data/one/x', 'data/one/x/y', 'data/onex', 'config/two'),
    executables: words('git', 'rsync'),
    configured: words('config/one/a.yaml', 'config/one/b.yaml'),
  },
  { requiredKeys: [] },
);

/** Key order and order, repetition and `:443` of lists: nothing that means something. */
function inOtherWords(set: Permissions): Permissions {
  const entries = Object.entries(set).map(([key, list]) => {
    const same =
      key === 'hosts' ? list.map((host) => (/[:$]/.test(host) ? host : `${host}:443`)) : list;
    return [key, [...same, ...list].reverse()] as const;
  });
  return Object.fromEntries(entries.reverse());
}

/** List by list. */
function union(a: Permissions, b: Permissions): Permissions {
  const keys = ['secrets', 'hosts', 'write', 'executables', 'configured'] as const;
  return Object.fromEntries(keys.map((key) => [key, [...(a[key] ?? []), ...(b[key] ?? [])]]));
}

/** Single rights, for counting: is it among those of the set, word by word or by a wider word? */
function isCovered(by: Permissions, right: Permissions): boolean {
  return isNothing(widened(by, right));
}

function rightsOf(set: Permissions): Permissions[] {
  return Object.entries(canonical(set)).flatMap(([key, list]) =>
    list.map((word) => ({ [key]: [word] })),
  );
}

describe('the hash', () => {
  test('is the same for what means the same', () => {
    fc.assert(
      fc.property(permissions, (set) => {
        expect(permissionsHash(inOtherWords(set))).toBe(permissionsHash(set));
      }),
    );
  });

  test('differs where one more right is in the set', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const isSame = JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
        expect(permissionsHash(a) === permissionsHash(b)).toBe(isSame);
      }),
    );
  });

  test('stays what it is from release to release', () => {
    const set = { hosts: ['api.stripe.com:443'], secrets: ['STRIPE_KEY'], write: [] };
    expect(permissionsHash(set)).toBe(
      'sha256:c094d43813b30af861a6f61cd336b7953878c980113059b32b49c08846ab5a76',
    );
    expect(permissionsHash({})).toBe(
      'sha256:4e208d31dca79382cc5d56f82a63c0aa642d7ab95d0acf425d35c13969ab6d3c',
    );
    // Receipts hold hashes from before there was a fifth kind: without it, nothing changed.
    expect(permissionsHash({ ...set, configured: [] })).toBe(permissionsHash(set));
    expect(permissionsHash({ configured: ['config/finance/usage-alerts-config.yaml'] })).toBe(
      'sha256:57e8601a4656a70786419375d5b5d784f3d2a230a4bf38413c7c82b8594910e5',
    );
  });
});

describe('what is new', () => {
  test('is nothing where nothing changed, was said in other words or was taken away', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        expect(widened(a, a)).toEqual(NONE);
        expect(widened(a, inOtherWords(a))).toEqual(NONE);
        expect(widened(union(a, b), a)).toEqual(NONE);
      }),
    );
  });

  test('is exactly what the first set does not cover', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const fresh = widened(a, union(a, b));
        const rights = rightsOf(fresh);
        const expected = rightsOf(b).filter((right) => !isCovered(a, right));
        expect(rights).toEqual(expected);
        for (const right of rights) expect(isCovered(a, right)).toBe(false);
        expect(isCovered(union(a, fresh), union(a, b))).toBe(true);
      }),
    );
  });

  test('is everything at a first install', () => {
    const set = { secrets: ['KEY'], hosts: ['a.example:443'], executables: ['git'] };
    expect(widened(undefined, set)).toEqual({ ...NONE, ...set, hosts: ['a.example'] });
  });

  test('is not what lies in a folder that was granted, and is one beside it', () => {
    const before = { write: ['data/finance'] };
    const write = ['data/finance/x', 'data/finance', 'data/finance2', 'data'];
    expect(widened(before, { write }).write).toEqual(['data', 'data/finance2']);
  });
});

test.each([
  ['a.example', 'a.example', true],
  ['a.example', 'a.example:443', true],
  ['a.example:443', 'a.example', true],
  ['a.example', 'a.example:8443', false],
  ['a.example:8443', 'a.example', false],
  ['a.example:8443', 'a.example:8443', true],
  ['a.example', 'b.a.example', false],
  ['*.a.example', 'b.a.example', true],
  ['*.a.example', 'c.b.a.example', true],
  ['*.a.example', '*.b.a.example', true],
  ['*.a.example', '*.a.example', true],
  ['*.a.example', 'a.example', false],
  ['*.a.example', 'evila.example', false],
  ['*.a.example', 'a.example.evil', false],
  ['*.a.example', 'b.a.example.', false],
  ['*.a.example', 'b.a.example:8443', false],
  ['*.a.example:8443', 'b.a.example:8443', true],
  ['*.b.a.example', '*.a.example', false],
  ['b.a.example', '*.a.example', false],
  ['*.0.0.1', '127.0.0.1', false],
  ['127.0.0.1:80', '127.0.0.1:80', true],
  ['a.example', '[::1]:443', false],
])('%s covers %s: %s', (pattern, asked, expected) => {
  expect(coversHost(pattern, asked)).toBe(expected);
});

test('the folders that are every pack’s own need no consent, those of others do', () => {
  const write = ['data/hello', 'config/hello/sub', 'data/hello2', 'data/other'];
  expect(permissionsOf({ name: 'hello', permissions: { write } })).toEqual({
    ...NONE,
    write: ['data/hello2', 'data/other'],
  });
  expect(permissionsOf({ name: 'hello' })).toEqual(NONE);
});

test('a config file that says more is named as the target has it', () => {
  const configured = ['sources.yaml', 'more/alerts.yaml'];
  expect(permissionsOf({ name: 'hello', permissions: { configured } })).toEqual({
    ...NONE,
    configured: ['config/hello/more/alerts.yaml', 'config/hello/sources.yaml'],
  });
});

test('what is kept of a set has the fifth kind only where there is any', () => {
  const { configured: _, ...four } = NONE;
  expect(Object.keys(asRecorded({}))).toEqual(Object.keys(four));
  expect(asRecorded({ configured: ['config/hello/a.yaml'] })).toEqual({
    ...four,
    configured: ['config/hello/a.yaml'],
  });
});

test('permissions are told in words, kind by kind', () => {
  expect(
    describePermissions({
      executables: ['git'],
      hosts: ['b.example:8443', 'a.example:443'],
      secrets: ['ONE'],
      write: ['data/other'],
    }),
  ).toEqual([
    'read the secret ONE',
    'talk to a.example, b.example:8443',
    'write to data/other',
    'start git',
  ]);
  expect(describePermissions({ configured: ['config/a/c.yaml', 'config/a/b.yaml'] })).toEqual([
    'read the variables and talk to the hosts that you write into config/a/b.yaml, config/a/c.yaml',
  ]);
  expect(describePermissions({ secrets: ['B', 'A'] })).toEqual(['read the secrets A, B']);
  expect(describePermissions({})).toEqual([]);
});

describe('consent', () => {
  const before: Permissions = { secrets: ['OLD_KEY'] };
  const after: Permissions = { secrets: ['OLD_KEY', 'NEW_KEY'], hosts: ['a.example'] };
  const hash = permissionsHash(after);
  const added = { ...NONE, secrets: ['NEW_KEY'], hosts: ['a.example'] };

  function ask(change: Partial<ConsentQuestion>) {
    const nobody = { accepted: undefined, confirm: undefined };
    return consentFor({ what: 'hello 1.2.0', before, after, ...nobody, ...change });
  }

  const never = () => Promise.reject(new Error('nobody may be asked'));

  test('is not asked for where nothing is new, and the whole set has a hash', async () => {
    for (const set of [after, { hosts: ['a.example:443'] }, {}]) {
      const consent = await ask({ before: after, after: set, confirm: never });
      expect(consent).toEqual({ hash: permissionsHash(set), by: 'unasked', added: NONE });
    }
  });

  test('is given by the hash of the whole set, and nobody is asked', async () => {
    const consent = await ask({ accepted: hash, confirm: never });
    expect(consent).toEqual({ hash, by: 'flag', added });
  });

  test('is missing without a terminal, and the message has the flag to give it', async () => {
    await expect(ask({})).rejects.toMatchObject({
      kind: 'consent',
      code: 'consent-missing',
      message:
        'hello 1.2.0 now also asks to read the secret NEW_KEY; talk to a.example, ' +
        'and nobody has consented to that',
      hint: `consent with --accept-permissions ${hash}`,
    });
    await expect(ask({ before: undefined })).rejects.toMatchObject({
      message: expect.stringContaining('hello 1.2.0 asks to read the secrets NEW_KEY, OLD_KEY;'),
    });
  });

  test('is not given by the hash of other permissions, whoever sits there', async () => {
    const others = [permissionsHash(before), permissionsHash(added), hash.slice(0, -1), '', 'yes'];
    for (const accepted of others) {
      await expect(ask({ accepted, confirm: never })).rejects.toMatchObject({
        kind: 'consent',
        code: 'consent-differs',
        message: expect.stringContaining(`these are other permissions than those of ${accepted}`),
        hint: `consent with --accept-permissions ${hash}`,
      });
    }
  });

  test('is asked for at a terminal, and only a yes is one', async () => {
    const asked: string[] = [];
    const answer = (yes: boolean) => async (question: string) => {
      asked.push(question);
      return yes;
    };
    expect(await ask({ confirm: answer(true) })).toEqual({ hash, by: 'terminal', added });
    await expect(ask({ confirm: answer(false) })).rejects.toMatchObject({
      kind: 'consent',
      code: 'consent-refused',
    });
    const question =
      'hello 1.2.0 now also asks to read the secret NEW_KEY; talk to a.example. Allow this?';
    expect(asked).toEqual([question, question]);
  });
});
