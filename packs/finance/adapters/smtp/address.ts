/**
 * Where mail goes: `smtp://user:password@host:587`, `smtps://…:465`. Mail leaves the machine
 * encrypted (`smtp` upgrades with STARTTLS, or nothing is sent), unless `?tls=never` says that the
 * operator knows better; to a server on this machine it goes as it is, unless `?tls=always`.
 */
import { isLoopback } from '../../core/notices/host.ts';

export type SmtpServer = Readonly<{
  host: string;
  port: number;
  /** `wrapped` from the first byte, `upgraded` before anything is said, or `none`. */
  tls: 'wrapped' | 'upgraded' | 'none';
  auth: Readonly<{ user: string; pass: string }> | undefined;
}>;

/** The server, or what is wrong with the address; that does not repeat any of it. */
export function smtpServer(
  address: string,
): Readonly<{ server: SmtpServer } | { server?: undefined; problem: string }> {
  if (!URL.canParse(address)) return { problem: 'is no address' };
  const url = new URL(address);
  const isWrapped = url.protocol === 'smtps:';
  if (!isWrapped && url.protocol !== 'smtp:') return { problem: 'is no smtp or smtps address' };
  if (url.pathname.length > 1 || url.hash !== '') return { problem: 'has a path' };
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '') return { problem: 'has no host' };
  const asked = [...url.searchParams];
  const mode = url.searchParams.get('tls');
  if (asked.some(([key]) => key !== 'tls') || asked.length > 1) {
    return { problem: 'has an option that is not tls' };
  }
  if (mode !== null && mode !== 'never' && mode !== 'always') {
    return { problem: 'has a tls option that is not never or always' };
  }
  if (isWrapped && mode === 'never') return { problem: 'is smtps, and says never to use TLS' };
  const login = loginOf(url);
  if (login === undefined) return { problem: 'has a name or password that is not percent-encoded' };
  const isOpen = mode === 'never' || (mode === null && isLoopback(url.hostname.toLowerCase()));
  return {
    server: {
      host,
      port: url.port === '' ? (isWrapped ? 465 : 587) : Number(url.port),
      tls: isWrapped ? 'wrapped' : isOpen ? 'none' : 'upgraded',
      auth: login.user === '' ? undefined : login,
    },
  };
}

function loginOf({ username, password }: URL): { user: string; pass: string } | undefined {
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}
