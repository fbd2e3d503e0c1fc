/** The host's verbs. Every run imports them all, so each loads its nouns only when it runs. */
import type { HostContext } from '../host.ts';
import type { AnyCommand } from '../sdk/index.ts';
import { createComplete } from './complete.ts';
import { completion } from './completion.ts';
import { doctor } from './doctor.ts';
import { packInstall } from './pack-install.ts';
import { packList } from './pack-list.ts';
import { packValidate } from './pack-validate.ts';

export const HOST_GROUPS = [{ name: 'pack', summary: 'Install, list and validate packs.' }];

export const HOST_COMMANDS: readonly AnyCommand<HostContext>[] = [
  packInstall,
  packList,
  packValidate,
  doctor,
  completion,
  createComplete(() => HOST_COMMANDS, HOST_GROUPS),
];
