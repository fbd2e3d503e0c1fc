/**
 * The bytes of a file as text whose places are known.
 *
 * `raw` has one unit per byte, so what is found in it is found in the file: delimiters, quotes and
 * tags are ASCII in both encodings. Texts come from `slice`.
 */
import { type FilePlaces, filePlaces } from './file-places.ts';
import { collectProblems, type Problems } from './file-problem.ts';

export const ENCODINGS = ['utf-8', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export type SourceText = Readonly<{
  file: string;
  bytes: Uint8Array;
  encoding: Encoding;
  raw: string;
  /** Where the text begins: after a byte order mark. */
  start: number;
  slice(start: number, end: number): string;
  problems: Problems;
}> &
  FilePlaces;

/** Half a million lines of a statement. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
export const FILE_MIB_MAX = 64;

/** What windows-1252 has where Latin-1 has controls; the five holes stay controls. */
const UPPER =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021' +
  '\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014' +
  '\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Undefined where it is no text; why is in `problems`.
 *
 * @param encoding UTF-8 where nothing else is asked for: what is not valid is said, never replaced.
 */
export function openText(
  bytes: Uint8Array,
  file: string,
  encoding: Encoding = 'utf-8',
): Readonly<{ source: SourceText | undefined; problems: Problems }> {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const start = hasMark ? 3 : 0;
  const used = hasMark ? 'utf-8' : encoding;
  const whole = wholeProblem(bytes);
  const text = whole === undefined && used === 'utf-8' ? decodeUtf8(bytes) : undefined;
  const isAscii = text?.length === bytes.length;
  const raw = isAscii ? text! : whole === undefined ? oneUnitPerByte(bytes) : '';
  const slice = (from: number, to: number): string => {
    const part = raw.slice(from, to);
    if (isAscii || (part !== '' && !BEYOND_ASCII.test(part))) return part;
    const units = bytes.subarray(from, to);
    return used === 'utf-8' ? new TextDecoder().decode(units) : fromWindows1252(units);
  };
  const places = filePlaces(bytes, start, used === 'utf-8');
  const problems = collectProblems(file, places.placeOf);
  if (whole !== undefined) problems.error({ code: 'file-unreadable', ...whole });
  else if (used === 'utf-8' && text === undefined) problems.error(notUtf8(bytes));
  const source = { file, bytes, encoding: used, raw, start, slice, ...places, problems };
  return { source: problems.found.length === 0 ? source : undefined, problems };
}

type Whole = Readonly<{ message: string; hint?: string; at?: number }>;

function wholeProblem(bytes: Uint8Array): Whole | undefined {
  const [a, b] = bytes;
  if (bytes.length > FILE_BYTES_MAX) {
    return { message: `is larger than ${FILE_MIB_MAX} MiB`, hint: 'read it in parts' };
  }
  if (bytes.length === 0) return { message: 'is empty' };
  if (a === 0x1f && b === 0x8b) return { message: 'is compressed', hint: 'unpack it first' };
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    return { message: 'is UTF-16', hint: 'save it as UTF-8' };
  }
  if (a === 0x50 && b === 0x4b) {
    return { message: 'is a spreadsheet or a ZIP archive', hint: 'export the sheet as CSV' };
  }
  const zero = bytes.indexOf(0);
  if (zero < 0) return undefined;
  return {
    message: `holds a NUL byte at byte ${zero}: it is binary or damaged`,
    hint: 'export it again',
    at: zero,
  };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function notUtf8(bytes: Uint8Array): Parameters<Problems['error']>[0] {
  const at = firstInvalid(bytes);
  const byte = bytes[at]!.toString(16).padStart(2, '0');
  return {
    at,
    code: 'wrong-encoding',
    message: `byte ${at} (0x${byte}) is no UTF-8`,
    hint: 'save it as UTF-8, or say that it is windows-1252',
  };
}

/** The longest valid beginning, by halves: what is valid stays so when a whole character is cut. */
function firstInvalid(bytes: Uint8Array): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isValidStart(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return Math.min(characterStart(bytes, low), bytes.length - 1);
}

/** `stream`: a character that is not whole yet is no fault. */
function isValidStart(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Where the character begins that is cut at `end`. */
function characterStart(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back += 1) {
    const byte = bytes[end - back]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? end - back : end;
    }
  }
  return end;
}

/** Windows-1252 gives every byte one unit; which one does not matter above ASCII. */
function oneUnitPerByte(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252').decode(bytes);
}

function fromWindows1252(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += byte >= 0x80 && byte < 0xa0 ? UPPER[byte - 0x80]! : String.fromCharCode(byte);
  }
  return text;
}

/** @throws RangeError for a character that the encoding does not have. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  return Uint8Array.from(text, (character) => {
    const upper = UPPER.indexOf(character);
    const code = upper >= 0 ? upper + 0x80 : character.codePointAt(0)!;
    if (code > 0xff || (upper < 0 && code >= 0x80 && code < 0xa0)) {
      throw new RangeError(`windows-1252 has no ${JSON.stringify(character)}`);
    }
    return code;
  });
}
