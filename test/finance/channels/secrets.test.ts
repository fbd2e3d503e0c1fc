/** A secret is found in every form in which the world may repeat it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleaned, refused } from '../../../packs/finance/core/notices/outcome.ts';
import { secretsInUrl, withoutSecrets } from '../../../packs/finance/core/notices/secrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const FORMS: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['in a URL', encodeURIComponent],
  [
    'in lower-case hex',
    (secret) => encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase()),
  ],
  ['in a form', (secret) => new URLSearchParams({ a: secret }).toString().slice(2)],
  ['in JSON', (secret) => JSON.stringify(secret)],
  ['in base64', base64],
  ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['in a login', (secret) => base64(`\0user\0${secret}`)],
  ['in a basic login', (secret) => base64(`me:${secret}`)],
  ['before something else', (secret) => base64(`a${secret}:and more`)],
];

/** Long enough to be one; what its middle is in base64 stands for it. */
const secret = fc
  .string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 60 })
  .filter((text) => /[^\s]{8}/.test(text));

describe('a text without secrets', () => {
  it.each(FORMS)('has none %s', (_, form) => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
        const text = withoutSecrets(`${before} ${form(hidden)} ${after}`, [hidden]);
        expect(text).toContain('(hidden)');
        expect(text).not.toContain(hidden);
        expect(text).not.toContain(form(hidden));
        const core = base64(hidden).slice(0, -4);
        expect(text.includes(core) && !`${before}${after}`.includes(core)).toBe(false);
      }),
    );
  });

  it('loses the longest of several first, and nothing else', () => {
    const secrets = ['token', 'token-with-more', ''];
    expect(withoutSecrets('a token-with-more b token c', secrets)).toBe('a (hidden) b (hidden) c');
    expect(withoutSecrets('nothing here', secrets)).toBe('nothing here');
    expect(withoutSecrets('anything', [''])).toBe('anything');
  });

  it('takes a secret for what it is, not for a pattern', () => {
    expect(withoutSecrets('a.*b axxb', ['.*'])).toBe('a(hidden)b axxb');
    expect(withoutSecrets('p$&[x]{1}', ['$&[x]{1}'])).toBe('p(hidden)');
  });

  it('finds what a line break or a mark without width hid', () => {
    const said = refused('client', 'key=topsec\u200bret-value, topsec\u202eret-value');
    const clean = (text: string) => withoutSecrets(text, ['topsecret-value']);
    expect(cleaned(said, clean)).toMatchObject({ why: 'key=(hidden), (hidden)' });
  });
});

describe('an address that is a secret', () => {
  it.each([
    'https://hooks.slack.com/services/T000/B000/XXXXsecretXXXXsecret',
    'https://example.com/hook?token=verysecretvalue',
    'https://example.com/a/b',
  ])('is not told by %s', (url) => {
    const { pathname, search } = new URL(url);
    for (const form of [url, `cannot POST ${pathname}${search}`, `${pathname} not found`]) {
      const text = withoutSecrets(form, secretsInUrl(url));
      expect(text).not.toContain(pathname);
      expect(text).not.toContain('verysecretvalue');
      expect(text).not.toContain('XXXXsecretXXXXsecret');
    }
  });

  it('tells its host', () => {
    const url = 'https://hooks.slack.com/services/T000/B000/XXXXsecretXXXXsecret';
    const text = withoutSecrets('hooks.slack.com refused the connection', secretsInUrl(url));
    expect(text).toBe('hooks.slack.com refused the connection');
  });

  it('is hidden even where it is none', () => {
    expect(withoutSecrets('no address: swordfish', secretsInUrl('swordfish'))).toBe(
      'no address: (hidden)',
    );
  });
});

it('of a base64 text that holds a secret no digit stays that tells a bit of it', () => {
  const secret = 'planted-password-77';
  for (const before of ['', 'u', 'us', '\0user\0']) {
    for (const after of ['', ':', 'x and more']) {
      const cleaned = withoutSecrets(`AUTH ${base64(before + secret + after)} ok`, [secret]);
      const [, head = '', tail = ''] = /^AUTH (\S*?)\(hidden\)(\S*) ok$/.exec(cleaned) ?? [];
      expect(cleaned).toContain('(hidden)');
      const bitsOf = (text: string) => text.replace(/=+$/, '').length * 6;
      expect(bitsOf(head), cleaned).toBeLessThanOrEqual(Buffer.byteLength(before) * 8);
      expect(bitsOf(tail), cleaned).toBeLessThanOrEqual(Buffer.byteLength(after) * 8);
    }
  }
});
