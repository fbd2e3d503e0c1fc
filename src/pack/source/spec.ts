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
  if (text.startsWith('git+')) return gitSpec(text);
  if (/^https?:/i.test(text)) return urlSpec(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw usageError(
      'spec-scheme',
      `"${text}" is no place that packs come from`,
      'a name, a path, https://…#sha512-…, or git+https://…#TAG',
    );
  }
  const isPath = /[\\/]/.test(text) || text.startsWith('.') || /\.(tgz|tar\.gz)$/i.test(text);
  return isPath ? { kind: 'path', path: text } : catalogSpec(text);
}

function catalogSpec(text: string): Spec {
  const at = text.indexOf('@');
  if (at < 0) return { kind: 'catalog', name: text, range: undefined };
  const range = text.slice(at + 1);
  if (range === '' || semver.validRange(range) === null) {
    throw usageError(
      'spec-range',
      `"${range}" is no version and no range of versions`,
      `for example ${text.slice(0, at)}@1.2.0 or ${text.slice(0, at)}@^1.2`,
    );
  }
  return { kind: 'catalog', name: text.slice(0, at), range };
}

/** Loopback is for tests and for caches on the same machine. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?\//i;

function urlSpec(text: string): Spec {
  const [url = '', fragment] = text.split('#', 2);
  if (!/^https:/i.test(url) && !LOOPBACK.test(url)) {
    throw usageError('spec-insecure', `${url} is not https`, 'packs are read over https only');
  }
  if (!URL.canParse(url)) throw usageError('spec-url', `"${url}" is no address`);
  return { kind: 'url', url, integrity: fragment === undefined ? undefined : fragment };
}

function gitSpec(text: string): Spec {
  const [url = '', fragment = ''] = text.slice('git+'.length).split('#', 2);
  const [tag = '', folder] = fragment.split(':', 2);
  if (!/^(https|ssh|file):\/\//i.test(url)) {
    throw usageError('spec-git', `"${url}" is no repository`, 'git+https://…#TAG');
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/.test(tag)) {
    throw usageError(
      'spec-tag',
      tag === '' ? `${text} names no tag` : `"${tag}" cannot be a tag`,
      'a branch moves; name a tag: git+https://…#v1.2.0',
    );
  }
  if (folder !== undefined && /(^|\/)\.{1,2}(\/|$)|^\//.test(folder)) {
    throw usageError('spec-folder', `"${folder}" is no folder of the repository`);
  }
  return { kind: 'git', url, tag, folder: folder || undefined };
}

/** An address as it may be shown and kept: without whatever stands before the `@`. */
export function withoutCredentials(url: string): string {
  return url.replace(/(\/\/)[^/@]*@/, '$1');
}
