/** `brctl finance alerts check`: whether what it names can be reached, said before it is needed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PACK_ROLES } from '../../../packs/finance/alerts/role-holders.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { operationalError } from '../../../src/sdk/index.ts';
import { checkConfig as check } from '../../support/config-check.ts';

describe('a signed webhook', () => {
  const hook = (url: string): string => `global:
  notification_channels: [{ type: webhook, url: "${url}", secret: "${variable('SIGN')}" }]
actions:
  switch_to_ollama:
    kind: webhook
    webhook: { url: "${url}", secret: "${variable('SIGN')}" }
`;
  const codes = async (url: string, env: Record<string, string> = {}) =>
    (await check(hook(url), { env })).codes.filter((each) => !each.includes('global'));

  it('may be written out: what it is sent is signed', async () => {
    expect(await codes('https://hooks.example/brctl')).toEqual([]);
    expect(await codes('https://10.1.2.3/brctl')).toEqual([]);
    expect(await codes(`https://10.1.2.3/${variable('REST')}`, { REST: 'a' })).toEqual([]);
  });

  it('that carries a secret besides is a finding', async () => {
    const { text } = await check(hook('https://hooks.example/brctl?key=planted'));
    expect(text).toContain('put what follows its host in a variable');
    expect(text).not.toContain('planted');
    expect(await codes('https://hooks.example/brctl?key=planted')).toEqual([
      'secret-in-file webhook',
      'secret-in-file switch_to_ollama',
    ]);
    expect(await codes('https://me:planted@hooks.example/')).toContain('secret-in-file webhook');
  });

  it('is told before anything is sent that its address will not do', async () => {
    const HOOK = variable('HOOK');
    const both = (code: string) => [`${code} webhook`, `${code} switch_to_ollama`];
    expect(await codes(HOOK)).toEqual([]);
    expect(await codes(HOOK, { HOOK: 'http://127.0.0.1:8080/x' })).toEqual([]);
    expect(await codes(HOOK, { HOOK: 'https://10.1.2.3/x' })).toEqual(both('webhook-private'));
    expect(await codes(HOOK, { HOOK: 'https://no.such.host.invalid/x' })).toEqual([]);
    expect(await codes(HOOK, { HOOK: 'planted' })).toEqual(both('webhook-address'));
    expect(await codes('http://hooks.example/x')).toEqual(both('webhook-address'));
    const env = { HOOK: 'http://planted.example/x' };
    const { text, json, outcome } = await check(hook(HOOK), { env });
    expect(outcome).toBe('findings');
    expect(text).toContain(`webhook: url by ${HOOK} is an http address`);
    expect(text + JSON.stringify(json)).not.toContain('planted');
  });
});

describe('the roles of recipients', () => {
  const config = (role: string): string => `global:
  notification_channels: [{ type: email, name: pm, recipients: [${role}] }]
reporting:
  weekly: { schedule: manual, recipients: [${role}], format: md }
  off: { schedule: manual, recipients: [policy-stewart], format: md, enabled: false }
`;
  const holder = { role: 'growth-catalyst', to: 'slack:U0123ABCD', email: 'pm@example.com' };

  it('are listed with whom they reach', async () => {
    const { json, text, codes } = await check(config('growth-catalyst'), { roles: [holder] });
    expect(codes).toEqual([]);
    expect(json.roles).toEqual([
      { name: 'growth-catalyst', known: true, addresses: ['pm@example.com'] },
    ]);
    expect(text).toMatch(/^growth-catalyst +pm@example\.com$/m);
  });

  it('that reach nobody yet are said, as variables are that are not set yet', async () => {
    const nobody = await check(config('growth-catalyst'));
    expect(nobody.codes).toEqual(['role-unreached pm, weekly']);
    expect(nobody.text).toContain('brctl role bind growth-catalyst email:someone@example.com');
    expect(nobody.text).toMatch(/^growth-catalyst +nobody$/m);
    expect(nobody.outcome).toBe('ok');
    const silent = await check(config('growth-catalyst'), {
      roles: [{ ...holder, email: undefined }],
    });
    expect(silent.text).toContain('brctl role bind growth-catalyst slack:U0123ABCD --email');
  });

  it('that nobody can ever hold are a mistake', async () => {
    const { codes, text, outcome, json } = await check(config('growth-catalist'));
    expect(outcome).toBe('findings');
    expect(codes).toEqual(['role-unknown pm, weekly']);
    expect(text).toMatch(/1 thing not honoured; still missing: 2 variables\n$/);
    expect(text).toContain('did you mean "growth-catalyst"?');
    expect(json.roles[0].known).toBe(false);
    expect((await check(config('boss'))).text).toContain('its roles are growth-catalyst, policy-');
  });

  it('that cannot be read are said', async () => {
    const roles = operationalError('roles-invalid', 'config/roles.yaml:1:1: is no list');
    const { codes, text, outcome } = await check(config('growth-catalyst'), { roles });
    expect(codes).toEqual(['roles-unread roles']);
    expect(outcome).toBe('findings');
    expect(text).toContain('config/roles.yaml:1:1');
  });

  it('are those of the manifest', () => {
    const manifest = readFileSync(new URL('../../../packs/finance/pack.yaml', import.meta.url));
    const { roles } = parse(manifest.toString());
    expect(roles.map(({ id }: { id: string }) => id)).toEqual(PACK_ROLES);
  });
});
