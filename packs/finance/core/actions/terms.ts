/** What actions do, and on which terms, in words. */
import { formatDuration } from '../alert-config/duration.ts';
import { shownSetting } from '../alert-config/variable.ts';
import {
  type ActionDefinition,
  type ActionWork,
  type Argv,
  formatHours,
  isUndoable,
} from './definition.ts';
import { commandsOfWork, settingsOfWork } from './settings.ts';

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

/** What would follow if its trigger were on, of what nothing keeps back. */
export function wouldText({ approval, work }: ActionDefinition): string {
  const first = approval === 'none' ? 'it would act now' : `it would wait for the ${approval}`;
  return `${first}; ${workText(work)}`;
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
  const { approval, actOn, cooldownMs, hours } = definition;
  return [
    approval === 'none' ? 'needs no approval' : `approved by ${approval}`,
    endText(definition),
    actOn === 'reported' ? 'acts on reported numbers' : 'acts on estimates too',
    `cools down ${formatDuration(cooldownMs)}`,
    ...(hours === undefined ? [] : [`within ${formatHours(hours)} UTC`]),
  ].join(', ');
}

/** The reason of an action ends with a period, or of a level when it fires no more. */
function endText(definition: ActionDefinition): string {
  const { work, restore } = definition;
  if (!isUndoable(definition)) {
    return work.kind === 'notify_and_audit' ? 'stays, as there is nothing to undo' : 'has no undo';
  }
  if (restore === 'manual') return 'undone by hand';
  return 'undone when its period (or, without one, its rule) is over';
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
