/**
 * An HTTP server on loopback that answers by a script, one step for each request, and keeps what
 * it was sent. The last step stays for all requests that follow.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Answer = Readonly<{
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

export type ScriptedStep =
  | Answer
  /** Of the request: an answer may repeat what it was sent. */
  | ((request: Received) => Answer)
  /** The connection is reset once the request is in. */
  | 'reset'
  /** The head of an answer, some of its body, and a reset. */
  | Readonly<{ cut: Answer }>
  /** Never an answer. */
  | 'silence';

export type Received = Readonly<{
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}>;

export type ScriptedServer = Readonly<{
  /** `http://127.0.0.1:12345` */
  origin: string;
  received: readonly Received[];
}>;

export async function scriptedServer(...script: ScriptedStep[]): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const taken = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(taken);
      play(script[Math.min(received.length, script.length) - 1]!, taken, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, received };
}

/** Where nobody listens. */
export async function closedOrigin(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}`;
}

function play(step: ScriptedStep, request: Received, response: ServerResponse): void {
  if (step === 'silence') return;
  if (step === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (typeof step === 'object' && 'cut' in step) {
    const { status, headers = {}, body = '{' } = step.cut;
    response.writeHead(status, { ...headers, 'content-length': String(body.length + 100) });
    response.write(body, () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
    return;
  }
  const { status, headers = {}, body = '' } = typeof step === 'function' ? step(request) : step;
  response.writeHead(status, headers).end(body);
}
