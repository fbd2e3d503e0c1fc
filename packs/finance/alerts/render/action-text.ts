/** What actions do, and on which terms, in words. */
import {
  type ActionDefinition,
  type ActionWork,
  type Argv,
  formatHours,
} from '../../core/actions/definition.ts';
import { commandsOfWork, settingsOfWork } from '../../core/actions/settings.ts';
import { formatDuration } from '../../core/alert-config/duration.ts';
import { shownSetting } from '../../core/alert-config/variable.ts';

export function workText(work: ActionWork): string {
  switch (work.kind) {
    case 'notify_and_audit':
      return 'writes an audit and tells of it';
    case 'webhook':
      return `tells ${shownSetting(work.to.url)}, signed by ${shownSetting(work.to.secret)}`;
    case 'exec':
      return `runs ${argvText(work.run)}`;
    case 'switch_to_ollama':
      return `switches to ${work.ollama.model} by ${wayText(work.via)}`;
    default:
      return work satisfies never;
  }
}

function wayText(via: Extract<ActionWork, { kind: 'switch_to_ollama' }>['via']): string {
  switch (via.by) {
    case 'litellm':
      return `LiteLLM at ${shownSetting(via.url)}: ${via.models.join(', ')}`;
    case 'env_file': {
      const names = via.set.map(([name]) => name).join(', ');
      const reload = via.reload === undefined ? ', no reload' : `, then ${argvText(via.reload)}`;
      return `${names} in ${shownSetting(via.path)}${reload}`;
    }
    case 'webhook':
      return shownSetting(via.url);
    default:
      return via satisfies never;
  }
}

/** As a list, so that nobody takes it for a line of a shell. */
function argvText(argv: Argv): string {
  return JSON.stringify(argv).replaceAll('","', '", "');
}

export function termsText(definition: ActionDefinition): string {
  const { approval, restore, actOn, cooldownMs, hours } = definition;
  return [
    approval === 'none' ? 'needs no approval' : `approved by ${approval}`,
    restore === 'manual' ? 'undone by hand' : 'undone at the end of the period',
    actOn === 'reported' ? 'acts on reported numbers' : 'acts on estimates too',
    `cools down ${formatDuration(cooldownMs)}`,
    ...(hours === undefined ? [] : [`within ${formatHours(hours)} UTC`]),
  ].join(', ');
}

export function definitionJson(definition: ActionDefinition): unknown {
  const { name, work, approval, restore, actOn, cooldownMs, timeoutMs, hours, at } = definition;
  return {
    name,
    kind: work.kind,
    does: workText(work),
    approval,
    restore,
    act_on: actOn,
    cooldown: formatDuration(cooldownMs),
    timeout: formatDuration(timeoutMs),
    active_hours: hours === undefined ? null : formatHours(hours),
    commands: commandsOfWork(work),
    settings: settingsOfWork(work).map(({ key, setting }) => ({
      key,
      value: shownSetting(setting),
    })),
    ...at,
  };
}
