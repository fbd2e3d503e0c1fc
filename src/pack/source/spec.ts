/** What a person typed after `pack install` -> the kind of place it names. Pure. */
import semver from 'semver';
import { usageError } from '../../sdk/index.ts';

export type Spec =
  | Readonly<{ kind: 'catalog'; name: string; range: string | undefined }>
  | Readonly<{ kind: 'path'; path: string }>
  | Readonly<{ kind: 'url'; url: string; integrity: string | undefined }>
  | Readonly<{ kind: 'git'; url: string; tag: string; folder: string | undefined }>;

/**
 * A word is a name of the catalogue, with `@` and a range of versions; a path has a slash or a dot
 * in front, or ends with .tgz; `https:` is an archive with its hash behind `#`; `git+` is a
 * repository with its tag behind `#`.
 */
export function parseSpec(text: string): Spec {
  if (/^git\+/i.test(text)) return gitSpec(text);
  if (/^https?:/i.test(text)) return urlSpec(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw usageError(
      'spec-scheme',
      `"${withoutCredentials(text)}" is no place that packs come from`,
      'a name, a path, https://…#sha512-…, or git+https://…#TAG',
    );
  }
  const isPath = /[\\/]/.test(text) || text.startsWith('.') || /\.(tgz|tar\.gz)$/i.test(text);
  return isPath ? { kind: 'path', path: text } : catalogSpec(text);
}

function catalogSpec(text: string): Spec {
  const [name, range] = cut(text, '@');
  if (range === undefined) return { kind: 'catalog', name, range };
  if (range.trim() === '' || semver.validRange(range) === null) {
    throw usageError(
      'spec-range',
      `"${range}" is no version and no range of versions`,
      `for example ${name}@1.2.0 or ${name}@^1.2`,
    );
  }
  return { kind: 'catalog', name, range };
}

function urlSpec(text: string): Spec {
  const [url, integrity] = cut(text, '#');
  if (!URL.canParse(url)) {
    // What cannot be taken apart may hold a password anywhere.
    throw usageError('spec-url', 'the address cannot be read', 'https://HOST/FILE.tgz#sha512-…');
  }
  if (!isSecure(url)) {
    const shown = withoutCredentials(url);
    throw usageError('spec-insecure', `${shown} is not https`, 'packs are read over https only');
  }
  return { kind: 'url', url, integrity };
}

function gitSpec(text: string): Spec {
  const [url, fragment = ''] = cut(text.slice('git+'.length), '#');
  const [tag, folder] = cut(fragment, ':');
  if (!/^(https|ssh|file):\/\//i.test(url)) {
    const shown = withoutCredentials(url);
    throw usageError('spec-git', `"${shown}" is no repository`, 'git+https://…#TAG');
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/.test(tag)) {
    const shown = withoutCredentials(text);
    throw usageError(
      'spec-tag',
      tag === '' ? `${shown} names no tag` : `"${tag}" cannot be a tag`,
      'a branch moves; name a tag: git+https://…#v1.2.0',
    );
  }
  if (folder !== undefined && /(^|[\\/])\.{1,2}([\\/]|$)|^[\\/]|:/.test(folder)) {
    throw usageError('spec-folder', `"${folder}" is no folder of the repository`);
  }
  return { kind: 'git', url, tag, folder: folder || undefined };
}

/** Before and after the first mark; undefined after where there is none. */
function cut(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** Loopback without https is for tests and for caches on the same machine. */
export function isSecure(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/**
 * A text with addresses as it may be shown and kept: without what stands before the `@`, and
 * without what stands behind the `?`, which may be a token as well.
 */
export function withoutCredentials(text: string): string {
  return text.replace(/(\/\/)[^/?#\s]*@/g, '$1').replace(/(:\/\/[^?#\s]*\?)[^#\s'"]+/g, '$1…');
}
