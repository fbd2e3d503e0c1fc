/**
 * Texts of the world outside, without our secrets: a server may repeat what it was sent, an error
 * may name the address it went to, and both end up on a screen and in a state.
 */
import { HIDDEN } from '../alert-config/variable.ts';

/** Shorter ones are looked for as they are only: their encoded forms occur by chance. */
const ENCODED_LENGTH_MIN = 6;

/**
 * The text with every secret replaced: as it is, as a URL, a form and JSON write it, and in base64
 * wherever it starts within a longer text (`user:password` of a login). Longest first, in one pass,
 * so what one replacement leaves never makes up another secret.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const told = secrets.filter((secret) => secret !== '');
  const forms = new Map([
    ...told.flatMap(base64FormsOf).map((form) => [form, inBase64(form)] as const),
    ...told.flatMap(formsOf).map((form) => [form, literal(form)] as const),
  ]);
  if (forms.size === 0) return text;
  const longestFirst = [...forms].sort(([a], [b]) => b.length - a.length);
  // Hex digits of a percent encoding come in both cases; a secret in another case is none of ours
  // to show either.
  const pattern = new RegExp(longestFirst.map(([, pattern]) => pattern).join('|'), 'gi');
  return text.replace(pattern, HIDDEN);
}

function literal(form: string): string {
  return form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** With the digit before and after it, which tell some bits of it. */
function inBase64(form: string): string {
  return `[A-Za-z0-9+/_-]?${literal(form)}(?:[A-Za-z0-9+/_-]=*)?`;
}

function formsOf(secret: string): string[] {
  if (secret.length < ENCODED_LENGTH_MIN) return [secret];
  const percent = encodeURIComponent(secret.toWellFormed());
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, percent, encodeURI(secret.toWellFormed()), form, json];
}

/** What it becomes at each of the three places it can have in a base64 text, without the edges. */
function base64FormsOf(secret: string): string[] {
  if (secret.length < ENCODED_LENGTH_MIN) return [];
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const encoded = btoa(String.fromCharCode(...padded)).replace(/=+$/, '');
    // Bits shared with what stands before and after it are not its own.
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor((padded.length * 8) / 6);
    const own = encoded.slice(start, end);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Shorter ones are words such as `services`. */
const SEGMENT_MIN = 16;

const isLong = (text: string): boolean => text.length >= ENCODED_LENGTH_MIN;

/**
 * What is secret in an address that is a secret itself: all of it, its path and query (a host is
 * none: it says where something went wrong), its name and password, each as written and decoded.
 */
export function secretsInUrl(address: string): string[] {
  if (!URL.canParse(address)) return [address];
  const { href, pathname, search, username, password } = new URL(address);
  const parts = [username, password].flatMap((part) => [part, decoded(part)]);
  const path = pathname.length > 1 ? [pathname, pathname + search] : [];
  const segments = pathname.split('/').filter((segment) => segment.length >= SEGMENT_MIN);
  const values = [...new URLSearchParams(search).values()].filter(isLong);
  const found = [address, href, ...path, search, ...segments, ...values, ...parts];
  return [...new Set(found)].filter((each) => each.length > 1);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
