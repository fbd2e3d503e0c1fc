/** The host's verbs. Every run imports them all, so each loads its nouns only when it runs. */
import type { HostContext } from '../host.ts';
import type { AnyCommand } from '../sdk/index.ts';
import { createComplete } from './complete.ts';
import { completion } from './completion.ts';
import { configDiff } from './config-diff.ts';
import { configExplain } from './config-explain.ts';
import { configResolve } from './config-resolve.ts';
import { doctor } from './doctor.ts';
import { packBuild } from './pack-build.ts';
import { packHistory } from './pack-history.ts';
import { packInfo } from './pack-info.ts';
import { packInstall } from './pack-install.ts';
import { packList } from './pack-list.ts';
import { packNew } from './pack-new.ts';
import { packPin } from './pack-pin.ts';
import { packPlan } from './pack-plan.ts';
import { packRollback } from './pack-rollback.ts';
import { packSearch } from './pack-search.ts';
import { packSign } from './pack-sign.ts';
import { packUninstall } from './pack-uninstall.ts';
import { packUpgrade } from './pack-upgrade.ts';
import { packValidate } from './pack-validate.ts';
import { packVerify } from './pack-verify.ts';
import { packWhich } from './pack-which.ts';
import { roleBind } from './role-bind.ts';
import { roleCheck } from './role-check.ts';
import { roleList } from './role-list.ts';
import { roleUnbind } from './role-unbind.ts';
import { trustAdd } from './trust-add.ts';
import { trustList } from './trust-list.ts';
import { trustRemove } from './trust-remove.ts';

export const HOST_GROUPS = [
  { name: 'pack', summary: 'Install, upgrade, roll back, verify, build and sign packs.' },
  { name: 'config', summary: 'See and settle what upgrades do to config files.' },
  { name: 'role', summary: 'Say who holds the roles that packs ask for.' },
  { name: 'trust', summary: 'Say whose signatures count.' },
];

export const HOST_COMMANDS: readonly AnyCommand<HostContext>[] = [
  packInstall,
  packPlan,
  packUpgrade,
  packRollback,
  packUninstall,
  packList,
  packInfo,
  packHistory,
  packPin,
  packVerify,
  packSearch,
  packWhich,
  packValidate,
  packNew,
  packBuild,
  packSign,
  configExplain,
  configDiff,
  configResolve,
  roleBind,
  roleUnbind,
  roleList,
  roleCheck,
  trustAdd,
  trustList,
  trustRemove,
  doctor,
  completion,
  createComplete(() => HOST_COMMANDS, HOST_GROUPS),
];
