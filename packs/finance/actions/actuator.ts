/**
 * What a definition is carried out by, with its variables looked up. A switch to Ollama is what
 * switches, with a look at Ollama before it and a reload after it.
 */
import type { ActionInstance, ActionResult } from '../core/actions/action.ts';
import type {
  ActionDefinition,
  ActionWork,
  Argv,
  EnvFileSwitch,
  LitellmSwitch,
  OllamaTarget,
  WebhookTarget,
} from '../core/actions/definition.ts';
import { settingsOfWork } from '../core/actions/settings.ts';
import type { AlertConfig } from '../core/alert-config/config.ts';
import {
  resolveSetting,
  type Setting,
  variable,
  variablesIn,
} from '../core/alert-config/variable.ts';
import { isHostWritten } from '../core/notices/host.ts';
import { secretsInUrl } from '../core/notices/secrets.ts';
import type { Actuator, Commands } from '../ports/action-runner.ts';
import { auditActuator } from './audit.ts';
import { type CommandGiven, commandActuator, withReload } from './command.ts';
import type { ActionPorts, Tool } from './ports.ts';

export type ActuatorAsked = Readonly<{
  ports: Pick<ActionPorts, 'audit' | 'sha256' | 'tools' | 'variables'>;
  config: AlertConfig;
  definition: ActionDefinition;
  instance: ActionInstance;
  /** 64 hexadecimal digits. */
  id: string;
}>;

export type Found =
  | Readonly<{ actuator: Actuator; problem?: undefined }>
  | Readonly<{ actuator?: undefined; problem: string }>;

type Given = ActuatorAsked & Readonly<{ textOf: (setting: Setting) => string; tool: Tool }>;

export async function actuatorOf(asked: ActuatorAsked): Promise<Found> {
  const { definition, ports } = asked;
  const settings = settingsOfWork(definition.work).map(({ setting }) => setting);
  const names = [...new Set(settings.flatMap(({ text }) => variablesIn(text)))];
  const values = await ports.variables.lookUp(names);
  const problems = names.flatMap((name) => {
    const found = values.get(name);
    return found?.value === undefined
      ? [`${variable(name)}: ${found?.problem ?? `${name} is not set`}`]
      : [];
  });
  if (problems.length > 0) return { problem: problems.join('; ') };
  const textOf = (setting: Setting): string =>
    resolveSetting(setting, (name) => values.get(name)?.value).value ?? '';
  const secrets = settings
    .filter(({ isSecret }) => isSecret)
    .flatMap((each) => {
      const value = textOf(each);
      return URL.canParse(value) ? secretsInUrl(value).filter((part) => part.length > 6) : [value];
    });
  const tool = { timeoutMs: definition.timeoutMs, secrets };
  return { actuator: await made({ ...asked, textOf, tool }, definition.work) };
}

async function made(given: Given, work: ActionWork): Promise<Actuator> {
  switch (work.kind) {
    case 'notify_and_audit':
      return auditActuator(given);
    case 'webhook':
      return webhook(given, work.to);
    case 'exec':
      return commandActuator({ ...(await commandGiven(given)), ...work });
    case 'switch_to_ollama':
      return afterProbe(given, work.ollama, await switching(given, work.via, work.ollama));
    default:
      return work satisfies never;
  }
}

async function commandGiven({ ports, tool, instance }: Given): Promise<CommandGiven> {
  const commands: Commands = await ports.tools.commands({ secrets: tool.secrets });
  return { commands, timeoutMs: tool.timeoutMs, subject: instance.subject };
}

function webhook({ ports, tool, textOf, instance }: Given, to: WebhookTarget): Promise<Actuator> {
  return ports.tools.webhook({
    ...tool,
    url: textOf(to.url),
    secret: textOf(to.secret),
    isHostWritten: isHostWritten(to.url),
    subject: instance.subject,
  });
}

async function switching(
  given: Given,
  via: LitellmSwitch | EnvFileSwitch | WebhookTarget,
  { model }: OllamaTarget,
): Promise<Actuator> {
  const { ports, tool, textOf } = given;
  switch (via.by) {
    case 'litellm':
      return ports.tools.litellm({
        ...tool,
        url: textOf(via.url),
        key: textOf(via.key),
        models: via.models,
        model,
        apiBase: via.apiBase === undefined ? null : textOf(via.apiBase),
      });
    case 'env_file': {
      const file = await ports.tools.envFile({ ...tool, path: textOf(via.path), set: via.set });
      return reloaded(given, file, via.reload);
    }
    case 'webhook':
      return webhook(given, via);
    default:
      return via satisfies never;
  }
}

async function reloaded(given: Given, file: Actuator, reload: Argv | undefined): Promise<Actuator> {
  return reload === undefined ? file : withReload(file, { ...(await commandGiven(given)), reload });
}

/** Nothing is sent to models that are not there. What is undone needs them no more. */
async function afterProbe(
  { ports, tool, textOf }: Given,
  { url, model }: OllamaTarget,
  inner: Actuator,
): Promise<Actuator> {
  const probe = await ports.tools.ollama({ ...tool, url: textOf(url), model });
  const checked = async <T>(work: () => Promise<T>, refuse: (why: string) => T): Promise<T> => {
    const problem = await probe.problem();
    return problem === undefined ? work() : refuse(problem);
  };
  return {
    ...inner,
    look: (id) =>
      checked(
        () => inner.look(id),
        (why) => ({ kind: 'refused', why }),
      ),
    act: (before, id) =>
      checked<ActionResult>(
        () => inner.act(before, id),
        (why) => ({ kind: 'failed', why, maybe: true }),
      ),
  };
}
