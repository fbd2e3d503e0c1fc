/** A manifest that leaves a host to a secret: `hosts: ["${SITE_URL}"]`. */
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Permissions } from '../../src/pack/manifest/manifest.ts';
import { grantedBy } from '../../src/pack/trust/configured.ts';
import { confine } from '../../src/pack/trust/confined.ts';
import type { PackContext } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { temporaryFolder } from '../support/host.ts';
import { writeFile } from '../support/releases.ts';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const contextWith = (env: PackContext['env']): PackContext =>
  fakePackContext(root, { name: 'hello', version: '1.2.0', root: '/' }, { env, cwd: root });

async function grants(env: PackContext['env'], permissions: Permissions) {
  const { variables, hosts } = await grantedBy(contextWith(env), permissions);
  return { variables: [...variables], hosts: [...hosts()] };
}

describe('a host that a manifest leaves to a secret', () => {
  const asks: Permissions = { secrets: ['SITE_URL'], hosts: [`$\{SITE_URL}`] };

  test('is that of the address in it, and no variable more', async () => {
    const env = { SITE_URL: 'https://Site.example:8443/base', OTHER: 'https://other.example' };
    expect(await grants(env, asks)).toEqual({ variables: [], hosts: ['site.example:8443'] });
    const file = join(root, 'site');
    writeFile(file, 'https://in.file.example/\n');
    expect((await grants({ SITE_URL_FILE: file }, asks)).hosts).toEqual(['in.file.example:443']);
  });

  test('is none where it is not set, or holds no address', async () => {
    for (const value of [undefined, '', 'site.example', 'ftp://a.example', 'https://*.example']) {
      expect(await grants({ SITE_URL: value }, asks)).toEqual({ variables: [], hosts: [] });
    }
  });

  test('lets a command fetch from there', async () => {
    const context = contextWith({ SITE_URL: 'https://site.example/api' });
    const { fetch } = confine(context, asks, await grantedBy(context, asks));
    await expect(fetch('https://other.example/')).rejects.toThrow(/other\.example/);
    await expect(fetch('https://site.example/')).rejects.not.toThrow(/permissions\.hosts/);
  });
});
