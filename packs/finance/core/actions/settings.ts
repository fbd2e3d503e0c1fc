/** Every value of an action that may name variables, with its key in the file. */

import type { Setting } from '../alert-config/variable.ts';
import type { ActionWork, Argv } from './definition.ts';

export type WorkSetting = Readonly<{ key: string; setting: Setting }>;

export function settingsOfWork(work: ActionWork): readonly WorkSetting[] {
  switch (work.kind) {
    case 'notify_and_audit':
    case 'exec':
      return [];
    case 'webhook':
      return [
        { key: 'webhook.url', setting: work.to.url },
        { key: 'webhook.secret', setting: work.to.secret },
      ];
    case 'switch_to_ollama':
      return [{ key: 'ollama.url', setting: work.ollama.url }, ...settingsOfSwitch(work.via)];
    default:
      return work satisfies never;
  }
}

type Switch = Extract<ActionWork, { kind: 'switch_to_ollama' }>['via'];

function settingsOfSwitch(via: Switch): readonly WorkSetting[] {
  switch (via.by) {
    case 'litellm':
      return [
        { key: 'litellm.url', setting: via.url },
        { key: 'litellm.key', setting: via.key },
        ...(via.apiBase === undefined ? [] : [{ key: 'litellm.api_base', setting: via.apiBase }]),
      ];
    case 'env_file':
      return [{ key: 'env_file.path', setting: via.path }];
    case 'webhook':
      return [
        { key: 'webhook.url', setting: via.url },
        { key: 'webhook.secret', setting: via.secret },
      ];
    default:
      return via satisfies never;
  }
}

/** The programs that an action may start, each with its words. */
export function commandsOfWork(work: ActionWork): readonly Argv[] {
  if (work.kind === 'exec') {
    return [work.run, work.verify, work.undo].filter((argv) => argv !== undefined);
  }
  const isReloading = work.kind === 'switch_to_ollama' && work.via.by === 'env_file';
  return isReloading && work.via.reload !== undefined ? [work.via.reload] : [];
}
