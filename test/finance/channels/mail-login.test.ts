/** How the e-mail channel logs in, and that nothing is said in the open. */
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { smtpServer } from '../../../packs/finance/adapters/smtp/address.ts';
import { mailTo } from '../../support/mail-channel.ts';
import { mailServer, reply } from '../../support/mail-server.ts';
import { noticeRow } from '../../support/notice.ts';
import { selfSigned } from '../../support/self-signed.ts';

const PASSWORD = 'pass/word+with=signs';
const LOGIN = `ops:${encodeURIComponent(PASSWORD)}@`;

describe('login and TLS', () => {
  const login: SMTPServerOptions = {
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, callback) =>
      password === PASSWORD
        ? callback(null, { user: username })
        : callback(reply(535, `no such login: ${password}`)),
  };

  it('logs in', async () => {
    const { port, mails } = await mailServer(login);
    const notifier = mailTo(port, { login: LOGIN });
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind: 'delivered' });
    expect(mails[0]!.user).toBe('ops');
  });

  it('is refused with a wrong password, and does not tell it', async () => {
    const { port } = await mailServer(login);
    const delivery = await mailTo(port, { login: 'ops:wrong-password@' }).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'refused', cause: 'auth' });
    expect(JSON.stringify(delivery)).not.toContain('wrong-password');
  });

  it('is refused where a server takes no login', async () => {
    const { port, mails } = await mailServer();
    const delivery = await mailTo(port, { login: LOGIN }).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'refused', cause: 'auth' });
    expect(mails).toEqual([]);
  });

  const upgrading = (): SMTPServerOptions & { cert: string } => ({
    ...login,
    ...selfSigned(),
    disabledCommands: [],
    allowInsecureAuth: false,
  });

  it('upgrades before it says anything, to a server that it trusts', async () => {
    const options = upgrading();
    const { port, mails } = await mailServer(options);
    const asked = { login: LOGIN, query: '?tls=always', ca: options.cert };
    const delivery = await mailTo(port, asked).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'delivered' });
    expect(mails[0]).toMatchObject({ isEncrypted: true, user: 'ops' });
  });

  it('says nothing to a server that it does not trust, or that does not upgrade', async () => {
    for (const options of [upgrading(), login]) {
      const attempts: string[] = [];
      const { port, mails } = await mailServer({
        ...options,
        onAuth: ({ username }, _, callback) => {
          attempts.push(username ?? '');
          callback(reply(535, 'no'));
        },
      });
      const asked = { login: LOGIN, query: '?tls=always' };
      const delivery = await mailTo(port, asked).send(noticeRow(), null);
      expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'network', maybe: false });
      expect([attempts, mails]).toEqual([[], []]);
    }
  });

  it('is encrypted from the first byte by smtps', async () => {
    const options = { ...upgrading(), secure: true };
    const { port, mails } = await mailServer(options);
    const asked = { login: LOGIN, scheme: 'smtps', ca: options.cert };
    const delivery = await mailTo(port, asked).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'delivered' });
    expect(mails[0]!.isEncrypted).toBe(true);
  });

  it.each([
    ['smtp://mail.example.com', { port: 587, tls: 'upgraded' }],
    ['smtp://mail.example.com?tls=never', { port: 587, tls: 'none' }],
    ['smtps://mail.example.com', { port: 465, tls: 'wrapped' }],
    ['smtp://localhost:25', { port: 25, tls: 'none' }],
    ['smtp://LOCALHOST', { host: 'localhost', tls: 'none' }],
    ['smtp://[::1]:25/?tls=always', { host: '::1', tls: 'upgraded' }],
    ['smtp://localhost.example.com', { tls: 'upgraded' }],
    ['smtp://a%40b:c%3Ad@mail.example.com', { auth: { user: 'a@b', pass: 'c:d' } }],
  ])('is decided by the address: %s', (address, expected) => {
    expect(smtpServer(address).server).toMatchObject(expected);
  });
});
