/**
 * Addresses that a webhook must not reach by accident: the network of this machine, and what clouds
 * put on link-local addresses. A name is looked up, and one address of it is enough. The machine
 * itself is none of them: what is sent there leaves it no further than a file would.
 *
 * The request looks the name up again, so an answer that changes in between gets past this: it
 * catches slips and copied configs, and is no firewall.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** RFC 6890 and its successors: what is not to be routed on the internet. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopbackAddress(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

export function isPrivateAddress(address: string): boolean {
  // An IPv4 address in IPv6 clothes is checked as what it is: BlockList does so by itself.
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * What is private about a host, in words; undefined for one that is not, and for this machine.
 *
 * @throws what the look-up throws: a host whose address is not known may be anywhere.
 */
export async function privateAddress(hostname: string): Promise<string | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const resolved = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host }];
  const found = resolved
    .map(({ address }) => address)
    .find((address) => isPrivateAddress(address) && !isLoopbackAddress(address));
  if (found === undefined) return undefined;
  return found === host ? 'a private address' : `${found}, a private address`;
}
