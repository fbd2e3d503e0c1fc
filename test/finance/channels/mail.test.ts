/** E-mail, with nodemailer, against real SMTP servers on loopback. */
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import type { Handle } from '../../../packs/finance/ports/notifier.ts';
import { mailTo } from '../../support/mail-channel.ts';
import { brokenMailServer, mailServer, reply } from '../../support/mail-server.ts';
import { hugeRow, mixedRow, noticeRow } from '../../support/notice.ts';
import { closedOrigin } from '../../support/scripted-server.ts';

const header = (raw: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*(?:\r\n[ \t].*)*)`, 'im').exec(raw)?.[1]?.replace(/\s+/g, ' ').trim();

describe('an e-mail', () => {
  it('says it in text and in HTML, under a Message-ID that is the same the next time', async () => {
    const { port, mails } = await mailServer();
    const notifier = mailTo(port, { recipients: ['a@example.com', 'b@example.com'] });
    const delivery = await notifier.send(noticeRow(), null);
    await notifier.send(noticeRow(), null);
    expect(mails).toHaveLength(2);
    const [{ from, to, raw }, again] = [mails[0]!, mails[1]!];
    expect([from, to]).toEqual(['finops@example.com', ['a@example.com', 'b@example.com']]);
    expect(header(raw, 'From')).toBe('FinOps <finops@example.com>');
    expect(header(raw, 'Subject')).toMatch(/^CRITICAL budget\/weekly_spend\/90: 112\.60 USD/);
    expect(header(raw, 'Message-ID')).toMatch(/^<[0-9a-f]{64}@example\.com>$/);
    expect(header(again.raw, 'Message-ID')).toBe(header(raw, 'Message-ID'));
    expect(header(raw, 'Date')).toBe('Mon, 02 Mar 2026 07:00:10 +0000');
    expect(header(raw, 'Auto-Submitted')).toBe('auto-generated');
    expect(raw).toContain('Content-Type: text/plain');
    expect(raw).toContain('Content-Type: text/html');
    expect(delivery).toEqual({
      kind: 'delivered',
      handle: { thread: header(raw, 'Message-ID') },
      note: undefined,
    });
  });

  it('about the same group belongs to the same conversation', async () => {
    const { port, mails } = await mailServer();
    const notifier = mailTo(port);
    const first = await notifier.send(noticeRow(), null);
    if (first.kind !== 'delivered') expect.fail(first.why);
    const second = await notifier.send(mixedRow(), first.handle ?? null);
    expect(second).toMatchObject({ kind: 'delivered', handle: first.handle });
    expect(header(mails[1]!.raw, 'References')).toBe(header(mails[0]!.raw, 'Message-ID'));
  });

  it('has no header that anybody else wrote', async () => {
    const { port, mails } = await mailServer();
    const rule = 'x\r\nBcc: evil@example.com\r\n\r\n<b>';
    const handles: Handle[] = [
      { thread: '<a@b>\r\nBcc: evil@example.com' },
      { thread: `<${'0'.repeat(64)}@evil.example>` },
    ];
    const alerts = [{ ...noticeRow().alerts[0]!, rule }];
    for (const handle of handles) await mailTo(port).send(noticeRow({ alerts }), handle);
    for (const { raw, to } of mails) {
      const headers = raw.slice(0, raw.indexOf('\r\n\r\n'));
      expect(headers).not.toMatch(/^(Bcc|References)/im);
      expect(to).toEqual(['a@example.com']);
    }
    expect(mails).toHaveLength(2);
  });

  it('of 500 alerts arrives', async () => {
    const { port, mails } = await mailServer();
    const notifier = mailTo(port);
    expect(await notifier.send(hugeRow(500), null)).toMatchObject({ kind: 'delivered' });
    expect(mails[0]!.raw.split('\r\n').every((line) => line.length <= 998)).toBe(true);
  });

  it.each([
    [{ recipients: ['a@example.com\r\nRCPT TO:<b@example.com>'] }, 'is no e-mail address'],
    [{ recipients: ['a@example.com,b@example.com'] }, 'is no e-mail address'],
    [{ recipients: [] }, 'nobody to write to'],
    [{ from: 'finops' }, 'the sender is no e-mail address'],
    [{ scheme: 'http' }, 'is no smtp or smtps address'],
    [{ query: '/?tls=no' }, 'has a tls option that is not never or always'],
    [{ query: '/?ignoreTLS=true' }, 'has an option that is not tls'],
    [{ scheme: 'smtps', query: '?tls=never' }, 'says never to use TLS'],
  ])('is not sent with %j', async (options, why) => {
    const { port, mails } = await mailServer();
    const delivery = await mailTo(port, options).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
    expect(mails).toEqual([]);
  });
});

describe('recipients', () => {
  const answering = (
    answers: Readonly<Record<string, Error>>,
    asked: string[] = [],
  ): SMTPServerOptions => ({
    onRcptTo: ({ address }, _, callback) => {
      asked.push(address);
      callback(answers[address]);
    },
  });
  const recipients = ['a@example.com', 'b@example.com', 'c@example.com'];

  it('that have to wait are sent it alone, and once', async () => {
    const answers: Record<string, Error> = {
      'b@example.com': reply(451, 'greylisted'),
      'c@example.com': reply(550, 'no such user'),
    };
    const asked: string[] = [];
    const { port, mails } = await mailServer(answering(answers, asked));
    const first = await mailTo(port, { recipients }).send(noticeRow(), null);
    expect(first).toMatchObject({ kind: 'retry-later', cause: 'server', maybe: false });
    if (first.kind !== 'retry-later') return;
    expect(first.why).toContain('b@example.com');
    delete answers['b@example.com'];
    const second = await mailTo(port, { recipients }).send(noticeRow(), first.handle!);
    expect(second).toMatchObject({ kind: 'delivered' });
    expect(mails.map(({ to }) => to)).toEqual([['a@example.com'], ['b@example.com']]);
    expect(asked).toEqual([...recipients, 'b@example.com']);
  });

  it('that are refused do not keep it from the others', async () => {
    const { port } = await mailServer(answering({ 'b@example.com': reply(550, 'no such user') }));
    const delivery = await mailTo(port, { recipients }).send(noticeRow(), null);
    const note = expect.stringContaining('refused for b@example.com: 550 no such user');
    expect(delivery).toMatchObject({ kind: 'delivered', note });
  });

  it('that are refused at last do not undo what the others have', async () => {
    const answers: Record<string, Error> = { 'b@example.com': reply(451, 'greylisted') };
    const { port } = await mailServer(answering(answers));
    const first = await mailTo(port, { recipients }).send(noticeRow(), null);
    if (first.kind !== 'retry-later') expect.fail(first.kind);
    answers['b@example.com'] = reply(550, 'gone');
    const second = await mailTo(port, { recipients }).send(noticeRow(), first.handle ?? null);
    expect(second).toMatchObject({ kind: 'delivered', note: expect.stringContaining('550 gone') });
  });
});

describe('a mail server', () => {
  const refusing = (stage: 'onMailFrom' | 'onRcptTo', error: Error): SMTPServerOptions => ({
    [stage]: (_: unknown, __: unknown, callback: (error: Error) => void) => callback(error),
  });
  const refusingContent = (error: Error): SMTPServerOptions => ({
    onData: (stream, _, callback) => {
      stream.resume().on('end', () => callback(error));
    },
  });

  it.each([
    ['451 for all', refusing('onRcptTo', reply(451, 'later')), 'retry-later', 'server'],
    ['550 for all', refusing('onRcptTo', reply(550, 'never')), 'refused', 'client'],
    ['530 without login', refusing('onMailFrom', reply(530, 'log in')), 'refused', 'auth'],
    ['421', refusing('onMailFrom', reply(421, 'going down')), 'retry-later', 'server'],
    ['452 to the content', refusingContent(reply(452, 'disk full')), 'retry-later', 'server'],
    ['554 to the content', refusingContent(reply(554, 'spam')), 'refused', 'client'],
  ] as const)('is taken for what it says: %s', async (_, options, kind, cause) => {
    const { port } = await mailServer(options);
    expect(await mailTo(port).send(noticeRow(), null)).toMatchObject({ kind, cause });
  });

  it.each([
    ['greeting', false],
    ['mail', false],
    ['content', true],
    ['end of content', true],
  ] as const)('that breaks off at %s may have it: %s', async (at, maybe) => {
    const { port } = await brokenMailServer(at);
    const delivery = await mailTo(port).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'network', maybe });
  });

  it('that says nothing is not waited for', async () => {
    const { port } = await brokenMailServer('silence');
    const delivery = await mailTo(port, { timeoutMs: 300 }).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'timeout', maybe: false });
  });

  it('that is not there is told from one that has it', async () => {
    const { port } = new URL(await closedOrigin());
    const delivery = await mailTo(Number(port)).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'network', maybe: false });
  });

  it('is let go of when it is asked to', async () => {
    const { port } = await brokenMailServer('silence');
    const controller = new AbortController();
    const sending = mailTo(port, { signal: controller.signal }).send(noticeRow(), null);
    setTimeout(() => controller.abort(), 50);
    expect(await sending).toMatchObject({ kind: 'retry-later', cause: 'interrupted' });
  });
});
