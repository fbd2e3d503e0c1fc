/**
 * A process that imports a file and kills itself before or after one of the steps that change
 * anything, the way a power cut would. Run by import-kill.test.ts.
 *
 *     node import-until.ts <target> <file> <step>
 */
import { applyImport, type ImportPorts, planImport } from '../../packs/finance/import/plan.ts';
import { openImport } from '../../packs/finance/wire.ts';
import { createHost } from '../../src/host.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { killPoints } from './kill-point.ts';

const [target = '', file = '', last = ''] = process.argv.slice(2);
const host = createHost(process);
const pack = { name: 'finance', version: '0.1.0', root: target };
const roles = async () => [];
const forPack = pathsOf(target).forPack('finance');
const ports = await openImport({ ...host, target: forPack, pack, roles });
const options = {
  source: 'aws',
  paths: [file],
  format: 'auto',
  onError: 'abort',
  allowShrink: true,
  dryRun: false,
  id: host.uniqueId(),
  now: host.now,
} as const;

const { aroundAsync: around, count, point: step } = killPoints(last);

const { intake, state } = ports;
const killing: ImportPorts = {
  ...ports,
  intake: {
    ...intake,
    stage: around(intake.stage),
    commit: around(intake.commit),
    discard: around(intake.discard),
  },
  state: {
    ...state,
    beginImport: (record) => {
      step();
      state.beginImport(record);
      step();
    },
    finishImport: (id, done) => {
      step();
      state.finishImport(id, done);
      step();
    },
  },
};
await applyImport(await planImport(options, killing), killing);
await ports.close();
process.stdout.write(`${count()} steps\n`);
