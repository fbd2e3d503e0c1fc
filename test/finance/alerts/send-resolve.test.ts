/** Channels of the config as adapters need them: variables, files that hold one, and roles. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentVariables } from '../../../packs/finance/adapters/environment/variables.ts';
import { resolveChannel } from '../../../packs/finance/alerts/send/resolve.ts';
import type { Destination, Recipient } from '../../../packs/finance/core/alert-config/config.ts';
import { operationalError, type RoleBinding } from '../../../src/sdk/index.ts';
import { temporaryFolder } from '../../support/host.ts';

const setting = (text: string) => ({ text, isSecret: true });
const variable = (name: string): string => `\${${name}}`;
const role = (name: string): Recipient => ({ by: 'role', role: name });

type World = Readonly<{
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  roles?: readonly RoleBinding[];
}>;

async function resolved(to: Destination, { env = {}, cwd = '/', roles = [] }: World = {}) {
  const ports = { variables: environmentVariables({ env, cwd }), roles: async () => roles };
  const { channel, problem } = await resolveChannel({ name: 'x', to }, ports);
  return problem ?? channel!.to;
}

function email(...recipients: Recipient[]): Destination {
  const smtpUrl = setting('smtp://127.0.0.1');
  return { type: 'email', recipients, smtpUrl, from: setting('a@example.com') };
}

const hook = (url: string, secret = 's'): Destination => ({
  ...{ type: 'webhook', url: setting(url), secret: setting(secret) },
});

it('a value comes from the variable, else from the file that NAME_FILE names', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'token'), ' from-file\n');
  const to = hook('https://example.com', variable('T'));
  const env = { T_FILE: 'token' };
  expect(await resolved(to, { env, cwd })).toMatchObject({ secret: 'from-file' });
  const both = { env: { ...env, T: 'from-variable' }, cwd };
  expect(await resolved(to, both)).toMatchObject({ secret: 'from-variable' });
  const empty = { env: { ...env, T: '' }, cwd };
  expect(await resolved(to, empty)).toMatchObject({ secret: 'from-file' });
});

it('what is missing is said by its name, all of it at once, and never guessed', async () => {
  const cwd = temporaryFolder();
  const file = join(cwd, 'secret');
  writeFileSync(file, '\n');
  mkdirSync(join(cwd, 'folder'));
  const of = (env: Record<string, string>) =>
    resolved(hook(variable('U'), `a${variable('S')}b`), { env, cwd });
  expect(await of({})).toBe(`${variable('U')}: U is not set; ${variable('S')}: S is not set`);
  expect(await of({ U: 'u', S_FILE: 'secret' })).toBe(
    `${variable('S')}: ${file} (S_FILE) is empty`,
  );
  expect(await of({ U: 'u', S_FILE: 'gone' })).toMatch(/gone \(S_FILE\) cannot be read: ENOENT$/);
  expect(await of({ U: 'u', S_FILE: 'folder' })).toMatch(/folder \(S_FILE\) cannot be read: /);
  writeFileSync(file, 'x'.repeat(70_000));
  expect(await of({ U: 'u', S_FILE: 'secret' })).toMatch(/too long for a value$/);
  if (process.getuid?.() === 0) return;
  chmodSync(file, 0);
  expect(await of({ U: 'u', S_FILE: 'secret' })).toMatch(/cannot be read: EACCES$/);
});

it('a value is not read again, whatever is in it', async () => {
  const env = { A: variable('B'), B: 'b' };
  expect(await resolved(hook('https://example.com', variable('A')), { env })).toMatchObject({
    secret: variable('B'),
  });
});

it('knows whether the config itself names the host of a webhook', async () => {
  const env = { HOST: 'https://10.0.0.1', TOKEN: 't' };
  const of = async (url: string) => resolved(hook(url), { env });
  expect(await of(`http://127.0.0.1:1/${variable('TOKEN')}`)).toMatchObject({
    ...{ url: 'http://127.0.0.1:1/t', isHostWritten: true },
  });
  expect(await of(variable('HOST'))).toMatchObject({ isHostWritten: false });
});

it('a webhook of Slack needs no variable of the channel that it is bound to anyway', async () => {
  const channel = setting(variable('UNSET'));
  const to: Destination = { type: 'slack', via: 'webhook', webhookUrl: setting('u'), channel };
  expect(await resolved(to)).toEqual({ type: 'slack', via: 'webhook', webhookUrl: 'u' });
  const bot: Destination = { type: 'slack', via: 'token', token: setting('t'), channel };
  expect(await resolved(bot)).toBe(`${variable('UNSET')}: UNSET is not set`);
});

it('a role is all who hold it and have an address, each once', async () => {
  const roles = [
    { role: 'pm', to: 'slack:U1', email: 'one@example.com' },
    { role: 'pm', to: 'email:two@example.com', email: undefined },
    { role: 'pm', to: 'user:nobody', email: undefined },
    { role: 'cfo', to: 'slack:U2', email: 'ONE@example.com' },
    { role: 'other', to: 'slack:U3', email: 'three@example.com' },
  ];
  const address: Recipient = { by: 'address', address: setting(variable('TO')) };
  const to = email(role('pm'), role('cfo'), address);
  const found = await resolved(to, { roles, env: { TO: 'four@example.com' } });
  expect(found).toMatchObject({
    recipients: ['ONE@example.com', 'two@example.com', 'four@example.com'],
  });
});

it('a role that nobody holds is a reason where nobody else is told', async () => {
  expect(await resolved(email(role('pm')))).toBe(
    'nobody is pm: brctl role bind pm email:someone@example.com',
  );
  const silent = [{ role: 'pm', to: 'slack:U1', email: undefined }];
  expect(await resolved(email(role('pm')), { roles: silent })).toBe(
    'pm is slack:U1, without an e-mail address: brctl role bind pm slack:U1 --email …',
  );
  const roles = [...silent, { role: 'cfo', to: 'email:c@example.com', email: undefined }];
  const both = await resolved(email(role('pm'), role('cfo')), { roles });
  expect(both).toMatchObject({ recipients: ['c@example.com'] });
});

it('bindings that cannot be understood are a reason as well', async () => {
  const ports = {
    variables: environmentVariables({ env: {}, cwd: '/' }),
    roles: async () => {
      throw operationalError('roles-invalid', 'roles.yaml:3:1: is no binding');
    },
  };
  const { problem } = await resolveChannel({ name: 'x', to: email(role('pm')) }, ports);
  expect(problem).toBe('roles.yaml:3:1: is no binding');
});
