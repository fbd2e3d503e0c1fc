/** A real SMTP server on loopback that does what a test asks of it, and keeps what it was sent. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export type ReceivedMail = Readonly<{
  from: string;
  to: readonly string[];
  /** As it came over the wire. */
  raw: string;
  isEncrypted: boolean;
  user: string | undefined;
}>;

export type MailServer = Readonly<{ port: number; mails: readonly ReceivedMail[] }>;

/** An error that SMTP answers with; 4xx passes. */
export function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** Without STARTTLS and login, unless the options say otherwise. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          isEncrypted: session.secure,
          user: session.user,
        });
        callback();
      });
    },
    ...options,
  });
  // A client that does not trust us hangs up: that is for the client's side to be tested.
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise<void>((done) => server.close(done)));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

/** Speaks just enough SMTP to break off where it is told to. */
export type BreakAt = 'greeting' | 'mail' | 'content' | 'end of content';

export async function brokenMailServer(at: BreakAt | 'silence'): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (at === 'greeting') socket.destroy();
    else if (at !== 'silence') speak(socket, at);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, mails: [] };
}

function speak(socket: Socket, at: BreakAt): void {
  const say = (line: string): boolean => socket.write(`${line}\r\n`);
  let isContent = false;
  let seen = '';
  say('220 loopback');
  socket.on('data', (chunk) => {
    const text = chunk.toString('latin1');
    seen += text;
    if (isContent) {
      if (at === 'content' || seen.includes('\r\n.\r\n')) socket.resetAndDestroy();
      return;
    }
    if (/^EHLO/m.test(text)) say('250 loopback');
    else if (/^MAIL/m.test(text) && at === 'mail') socket.resetAndDestroy();
    else if (/^DATA/m.test(text)) {
      isContent = true;
      say('354 go on');
    } else say('250 fine');
  });
}
