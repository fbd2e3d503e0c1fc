/**
 * Who can hold a role: a person, by a name that some system knows them by.
 *
 *     slack:U0123ABCD             a member id of Slack
 *     email:someone@example.com
 *     user:someone                a login of the operating system
 *
 * Names are ASCII, so that two that look the same are the same; case never tells people apart.
 */
import rolesSchema from '../../../schemas/roles.schema.json' with { type: 'json' };
import { suggest, type usageError } from '../../sdk/index.ts';

/** What `to` of a binding may be, and `email`: the schema says it to editors too. */
const { to: TO, email: EMAIL } = rolesSchema.properties.bindings.items.properties;
const IS_PERSON = new RegExp(TO.pattern, 'u');
const IS_EMAIL = new RegExp(EMAIL.pattern, 'u');
const KINDS = ['slack', 'email', 'user'] as const;

const FORMS = 'a person is slack:U0123ABCD, email:name@example.com or user:login';
const MEMBER_ID = 'bind each person by the member id that their Slack profile shows (U… or W…)';

/** The name as it is kept, or why it names no person. Arguments of `usageError`. */
export type Understood =
  | Readonly<{ name: string; refusal?: undefined }>
  | Readonly<{ name?: undefined; refusal: Parameters<typeof usageError> }>;

export function understandPerson(text: string): Understood {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0)).toLowerCase();
  const id = text.slice(colon + 1);
  if (colon < 0) return noKind(text);
  if (kind === 'slack') return understandSlack(id);
  const name = `${kind}:${id}`;
  if (isPerson(name)) return { name };
  if (kind === 'email') return refused(`"${id}" is not an e-mail address`);
  if (kind === 'user') return refused(`"${id}" is not a login of the operating system`);
  const meant = suggest(kind, KINDS);
  const ask = meant === undefined ? '' : ` (did you mean "${meant}:${id}"?)`;
  return refused(`"${kind}" is not a kind of name that brctl knows${ask}`);
}

export function isEmail(text: string): boolean {
  return IS_EMAIL.test(text) && text.length <= EMAIL.maxLength;
}

function isPerson(name: string): boolean {
  return IS_PERSON.test(name) && name.length <= TO.maxLength;
}

function noKind(text: string): Understood {
  if (text.startsWith('#')) return notPeople(`a role is held by people, and ${text} is a channel`);
  const meant = [`slack:${text}`, `email:${text}`].find(isPerson);
  const ask = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  return refused(`"${text}" does not say what kind of name it is${ask}`);
}

/** What the first letter of an id means to Slack. */
const NO_PERSON: Readonly<Record<string, string>> = {
  A: 'an app',
  B: 'a bot',
  C: 'a channel',
  D: 'a conversation',
  G: 'a channel',
  S: 'a group',
  T: 'a workspace',
};

function understandSlack(id: string): Understood {
  // Checked as it is typed: in lower case only what has a digit is told from a display name.
  if (isPerson(`slack:${id}`)) return { name: `slack:${id.toUpperCase()}` };
  const thing = id.startsWith('#') ? 'a channel' : NO_PERSON[id[0] ?? ''];
  const isId = id.startsWith('#') || /^[A-Z][A-Z0-9]{2,20}$/.test(id);
  if (thing !== undefined && isId) {
    return notPeople(`a role is held by people, and slack:${id} is ${thing}`);
  }
  return notPeople(`"${id}" is not a Slack member id`);
}

function refused(message: string): Understood {
  return { refusal: ['person-unknown', message, FORMS] };
}

function notPeople(message: string): Understood {
  return { refusal: ['person-unknown', message, MEMBER_ID] };
}

/** As it is kept: what people type in another case is the same member id. */
export function keptName(to: string): string {
  return to.startsWith('slack:') ? to.toUpperCase().replace('SLACK', 'slack') : to;
}

/** Equal for two spellings of one name. */
export function sameName(to: string): string {
  return to.toLowerCase();
}

type Named = Readonly<{ to: string; email?: string | undefined }>;

/** All that a binding knows a person by, spelled so that equal means the same. */
export function namesOf({ to, email }: Named): readonly string[] {
  return email === undefined ? [sameName(to)] : [sameName(to), sameName(`email:${email}`)];
}

/**
 * A number for each binding; bindings of one person have the same. Whoever shares a name with
 * another is that person, and so is whoever shares one with a third that does.
 */
export function peopleOf(bindings: readonly Named[]): readonly number[] {
  const leader = bindings.map((_, i) => i);
  const lead = (i: number): number => {
    let at = i;
    while (leader[at] !== at) {
      leader[at] = leader[leader[at]!]!;
      at = leader[at]!;
    }
    return at;
  };
  const known = new Map<string, number>();
  bindings.forEach((binding, i) => {
    for (const name of namesOf(binding)) {
      const first = known.get(name);
      if (first === undefined) known.set(name, i);
      else leader[lead(i)] = lead(first);
    }
  });
  return bindings.map((_, i) => lead(i));
}
