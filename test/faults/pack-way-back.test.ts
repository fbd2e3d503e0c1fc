/** An edited file that an upgrade stopped shipping, and the way back to where it was shipped. */
import { expect, test } from 'vitest';
import { run } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { configPacks, EDITS, edit } from './config-packs.ts';
import { newTarget, play } from './deployment.ts';
import { outcome } from './outcome.ts';

test('what an upgrade kept for its edits is the operator’s on the way back too', async () => {
  const { before, after } = await configPacks();
  const target = newTarget();
  await play({ verb: 'install', spec: before }, target);
  edit(target, EDITS);
  const first = outcome(target).config;
  await play({ verb: 'install', spec: after }, target);
  await play({ verb: 'rollback' }, target);
  const { config } = outcome(target);
  expect(config).toMatchObject(first);
  expect(config['kept.yaml.brctl-new']).toBeUndefined();
  const calm = fingerprint(target);
  const { out } = await run(['pack', 'install', before, `--target=${target}`]);
  expect(out).toContain('nothing to do');
  expect(fingerprint(target)).toEqual(calm);
});
