/** `actions` of usage-alerts-config.yaml: what each automated action does, by its name. */
import {
  ACT_ON,
  ACTION_DEFAULTS,
  ACTION_KINDS,
  ACTION_TIMEOUT_MAX_MS,
  type ActionDefinition,
  type ActionKind,
  type ActionWork,
  type ActiveHours,
  APPROVALS,
  type Argv,
  type EnvFileSwitch,
  type LitellmSwitch,
  parseHours,
  RESTORES,
  type WebhookTarget,
} from '../../../core/actions/definition.ts';
import { formatDuration } from '../../../core/alert-config/duration.ts';
import type { Setting } from '../../../core/alert-config/variable.ts';
import {
  anyFieldsOf,
  fieldsOf,
  itemsOf,
  type Part,
  requiredField,
  type Source,
  say,
  textOf,
} from '../part.ts';
import {
  type Fields,
  given,
  namedFields,
  oneOf,
  positionOf,
  readDuration,
  readInterval,
  readItems,
  readLine,
  readSetting,
  refuseMisplaced,
} from './values.ts';

const COMMON_KEYS = [
  'kind',
  'approval',
  'restore',
  'act_on',
  'cooldown',
  'timeout',
  'active_hours',
];
const WAYS = ['litellm', 'env_file', 'webhook'] as const;
const KEYS_OF: Readonly<Record<ActionKind, readonly string[]>> = {
  switch_to_ollama: ['ollama', ...WAYS],
  notify_and_audit: [],
  webhook: ['webhook'],
  exec: ['run', 'verify', 'undo'],
};
const ALL_KEYS = [...COMMON_KEYS, ...new Set(Object.values(KEYS_OF).flat())];

export function readDefinitions(source: Source, part: Part): readonly ActionDefinition[] {
  return [...namedFields(source, part)].flatMap(
    ([name, each]) => readDefinition(source, each, name) ?? [],
  );
}

function readDefinition(source: Source, part: Part, name: string): ActionDefinition | undefined {
  const fields = fieldsOf(source, part, ALL_KEYS);
  const kindField = fields && requiredField(source, part, fields, 'kind');
  const kind = kindField && oneOf(ACTION_KINDS)(source, kindField);
  if (fields === undefined || kind === undefined) return undefined;
  const allowed = [...COMMON_KEYS, ...KEYS_OF[kind]];
  refuseMisplaced(source, part, fields, { all: ALL_KEYS, allowed, to: `to ${kind}` });
  const work = READ[kind](source, part, fields);
  const { approval, restore, actOn, cooldownMs, timeoutMs } = ACTION_DEFAULTS;
  const read = {
    approval: given(source, fields, 'approval', oneOf(APPROVALS)) ?? approval,
    restore: given(source, fields, 'restore', oneOf(RESTORES)) ?? restore,
    actOn: given(source, fields, 'act_on', oneOf(ACT_ON)) ?? actOn,
    cooldownMs: given(source, fields, 'cooldown', readDuration) ?? cooldownMs,
    timeoutMs: given(source, fields, 'timeout', readTimeout) ?? timeoutMs,
    hours: given(source, fields, 'active_hours', readHours),
  };
  return work && { name, work, ...read, at: positionOf(source, part) };
}

type Read = (source: Source, part: Part, fields: Fields) => ActionWork | undefined;

const READ: Readonly<Record<ActionKind, Read>> = {
  switch_to_ollama: readSwitch,
  notify_and_audit: () => ({ kind: 'notify_and_audit' }),
  webhook: (source, part, fields) => {
    const field = requiredField(source, part, fields, 'webhook');
    const to = field && readWebhook(source, field);
    return to && { kind: 'webhook', to };
  },
  exec: (source, part, fields) => {
    const field = requiredField(source, part, fields, 'run');
    const run = field && readArgv(source, field);
    const verify = given(source, fields, 'verify', readArgv);
    const undo = given(source, fields, 'undo', readArgv);
    return run && { kind: 'exec', run, verify, undo };
  },
};

function readSwitch(source: Source, part: Part, fields: Fields): ActionWork | undefined {
  const ollamaField = requiredField(source, part, fields, 'ollama');
  const inner = ollamaField && fieldsOf(source, ollamaField, ['url', 'model']);
  const url = inner && requiredSetting(source, ollamaField!, inner, { key: 'url' });
  const modelField = inner && requiredField(source, ollamaField!, inner, 'model');
  const model = modelField && readLine(source, modelField);
  const ways = WAYS.filter((way) => fields.has(way));
  if (ways.length !== 1) {
    const message = `must say one way to switch: ${WAYS.join(', ')}`;
    say(source, part, ways.length === 0 ? 'missing-key' : 'wrong-value', message);
    return undefined;
  }
  const field = fields.get(ways[0]!)!;
  const via = READ_WAY[ways[0]!](source, field);
  if (url === undefined || model === undefined || via === undefined) return undefined;
  return { kind: 'switch_to_ollama', ollama: { url, model }, via };
}

const READ_WAY = { litellm: readLitellm, env_file: readEnvFile, webhook: readWebhook } as const;

function readLitellm(source: Source, part: Part): LitellmSwitch | undefined {
  const fields = fieldsOf(source, part, ['url', 'key', 'models', 'api_base']);
  if (fields === undefined) return undefined;
  const url = requiredSetting(source, part, fields, { key: 'url' });
  const key = requiredSetting(source, part, fields, { key: 'key', isSecret: true });
  const modelsField = requiredField(source, part, fields, 'models');
  const models = readItems(source, modelsField, readLine);
  if (modelsField !== undefined && itemsOf(source, modelsField)?.length === 0) {
    say(source, modelsField, 'missing-value', 'must name at least one model of LiteLLM by its id');
  }
  const apiBase = given(source, fields, 'api_base', readSetting(false));
  return url && key && { by: 'litellm', url, key, models: [...new Set(models)], apiBase };
}

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PLAIN_VALUE = /^[A-Za-z0-9_./:@%+,=~-]*$/;

function readEnvFile(source: Source, part: Part): EnvFileSwitch | undefined {
  const fields = fieldsOf(source, part, ['path', 'set', 'reload']);
  if (fields === undefined) return undefined;
  const path = requiredSetting(source, part, fields, { key: 'path' });
  const setField = requiredField(source, part, fields, 'set');
  const reload = given(source, fields, 'reload', readArgv);
  const names = (setField && anyFieldsOf(source, setField)) ?? new Map<string, Part>();
  if (setField !== undefined && names.size === 0) {
    say(source, setField, 'missing-value', 'must set at least one name');
  }
  const set = [...names].flatMap(([name, field]) => {
    const value = readLine(source, field);
    const isName = VARIABLE_NAME.test(name);
    if (!isName) say(source, field, 'bad-name', `${JSON.stringify(name)} is no name of a variable`);
    if (value === undefined || !isName) return [];
    if (PLAIN_VALUE.test(value)) return [[name, value] as const];
    say(source, field, 'wrong-form', 'would need quotes, which readers of env files differ about');
    return [];
  });
  return path && { by: 'env_file', path, set, reload };
}

function readWebhook(source: Source, part: Part): WebhookTarget | undefined {
  const fields = fieldsOf(source, part, ['url', 'secret']);
  if (fields === undefined) return undefined;
  const url = requiredSetting(source, part, fields, { key: 'url', isSecret: true });
  const secret = requiredSetting(source, part, fields, { key: 'secret', isSecret: true });
  return url && secret && { by: 'webhook', url, secret };
}

function requiredSetting(
  source: Source,
  part: Part,
  fields: Fields,
  { key, isSecret = false }: Readonly<{ key: string; isSecret?: boolean }>,
): Setting | undefined {
  const field = requiredField(source, part, fields, key);
  return field && readSetting(isSecret)(source, field);
}

/** A list of words, the first of them a program: never one line that a shell would take apart. */
function readArgv(source: Source, part: Part): Argv | undefined {
  const before = source.problems.length;
  const hint = 'a list of words, for example ["/usr/bin/systemctl", "reload", "gateway"]';
  const words = (itemsOf(source, part) ?? []).flatMap((item) => textOf(source, item) ?? []);
  const [program, ...rest] = words;
  if (source.problems.length > before) return undefined;
  if (program === undefined) {
    say(source, part, 'missing-value', 'must name a program', hint);
    return undefined;
  }
  if (program.includes('/') && !program.startsWith('/')) {
    say(source, part, 'wrong-form', `${program} is no absolute path and no plain name`, hint);
  } else if (/\s/.test(program)) {
    const message = `${JSON.stringify(program)} is no program: there is no shell to take it apart`;
    say(source, part, 'wrong-form', message, hint);
  } else if (words.some((word) => word.includes('\0') || word.includes('${'))) {
    say(source, part, 'wrong-form', 'variables do not stand in commands: all can see them there');
  }
  return [program, ...rest];
}

function readTimeout(source: Source, part: Part): number | undefined {
  const ms = readInterval(source, part);
  if (ms === undefined || ms <= ACTION_TIMEOUT_MAX_MS) return ms;
  say(source, part, 'bad-duration', `is longer than ${formatDuration(ACTION_TIMEOUT_MAX_MS)}`);
  return undefined;
}

function readHours(source: Source, part: Part): ActiveHours | undefined {
  const text = readLine(source, part);
  if (text === undefined) return undefined;
  try {
    return parseHours(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    say(source, part, 'wrong-form', error.message, 'in UTC, for example 08:00-18:00');
    return undefined;
  }
}
