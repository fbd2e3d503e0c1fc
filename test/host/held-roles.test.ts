/** What a pack sees of `config/roles.yaml`: who holds the roles it asks for, and nobody else. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { heldRoles } from '../../src/pack/roles/held.ts';
import { confine } from '../../src/pack/trust/confined.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { builtHello, temporaryFolder } from '../support/host.ts';

const HEAD = 'apiVersion: brctl.dev/v1\nkind: Roles\nbindings:\n';

async function asking(bindings?: string) {
  const target = temporaryFolder();
  mkdirSync(join(target, 'config'));
  if (bindings !== undefined) writeFileSync(join(target, 'config/roles.yaml'), HEAD + bindings);
  return { target, name: 'hello', root: await builtHello() };
}

test('holders of its roles, in the order of the file, and nobody else', async () => {
  const given = await asking(`
  - { role: listener, to: "slack:u1a", email: a@b }
  - { role: treasurer, to: user:t }
  - { role: greeter, to: user:g }
  - { role: greeter, to: user:own, pack: hello }
  - { role: greeter, to: user:other, pack: finance }
`);
  expect(heldRoles(given)).toEqual([
    { role: 'listener', to: 'slack:U1A', email: 'a@b' },
    { role: 'greeter', to: 'user:g', email: undefined },
    { role: 'greeter', to: 'user:own', email: undefined },
  ]);
});

test('without a file nobody', async () => {
  expect(heldRoles(await asking())).toEqual([]);
});

test('a file that cannot be understood is an error with its place', async () => {
  const given = await asking('  - { role: greeter }\n');
  expect(() => heldRoles(given)).toThrow(
    expect.objectContaining({ kind: 'operational', message: expect.stringMatching(/:4:\d+: /) }),
  );
});

test('a manifest that is damaged or gone is the damage of the pack', async () => {
  const given = await asking('  - { role: greeter, to: user:g }\n');
  writeFileSync(join(given.root, 'pack.yaml'), 'kind: Pack\n');
  expect(() => heldRoles(given)).toThrow(expect.objectContaining({ kind: 'integrity' }));
  rmSync(join(given.root, 'pack.yaml'));
  expect(() => heldRoles(given)).toThrow(expect.objectContaining({ kind: 'integrity' }));
});

test('a confined context hands them on, and reads nothing until it is asked', async () => {
  let asked = 0;
  const pack = { name: 'hello', version: '1.2.0', root: '/' };
  const roles = async () => {
    asked += 1;
    return [];
  };
  const context = confine({ ...fakePackContext('/srv/blackroad', pack), roles }, undefined);
  expect(asked).toBe(0);
  expect(await context.roles()).toEqual([]);
  expect(asked).toBe(1);
});
