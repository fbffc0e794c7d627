import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { type Recogniser, recognise } from './recogniser.ts';

const prefix = '(?:\\/[0-9]{1,3})?';
const v4Form = '(?:[0-9]{1,3}\\.){3}[0-9]{1,3}';
const v4 = new RegExp(`(?<![\\p{L}\\p{N}_.-])${v4Form}${prefix}(?![\\p{L}\\p{N}_]|[.-][\\p{L}\\p{N}])`, 'gu');
const v6 = new RegExp(
  `(?=[0-9A-Fa-f]{0,4}:)(?<![\\p{L}\\p{N}_:.])[0-9A-Fa-f:]{3,39}(?:${v4Form})?(?:%[A-Za-z0-9]{1,15})?${prefix}(?![\\p{L}\\p{N}_:]|\\.[0-9])`,
  'gu',
);

/**
 * Addresses that say nothing about anybody, since they are the same on every machine or no machine's (RFC 6890): this machine, masks, the
 * services of clouds that tell a machine about itself, and what is reserved for protocols, measurements and the future.
 */
const everywhere = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['192.0.0.0', 24],
  ['198.18.0.0', 15],
  ['240.0.0.0', 4],
] as const)
  everywhere.addSubnet(network, bits, 'ipv4');
everywhere.addAddress('169.254.169.254', 'ipv4');
for (const address of ['::', '::1', 'fd00:ec2::254']) everywhere.addAddress(address, 'ipv6');

/** A version or section number of four parts has the form of an address. */
const version = /\b(?:v(?:er(?:sion)?)?|section|chapter)\.?[ :=]{0,3}$/i;

/** What says that an address follows. */
const addressWord =
  /(?<!\p{L})(?:ip(?:v[46])?|inet6?|address|adresse|host|server|client|subnet|prefix|remote)(?!\p{L})/iu;
const nearby = 24;

const addressOf = (match: string): string => match.replace(/[%/].*$/, '');

function isPersonalV4(match: string, before: string): boolean {
  const address = addressOf(match);
  return isIPv4(address) && !everywhere.check(address, 'ipv4') && !version.test(before);
}

/** `::` and `a::b` stand in programs too: by itself an address has a digit, and several groups or a long first one. */
function isPersonalV6(match: string, before: string): boolean {
  const address = addressOf(match);
  if (!isIPv6(address) || everywhere.check(address, 'ipv6')) return false;
  const embedded = /:((?:[0-9]{1,3}\.){3}[0-9]{1,3})$/.exec(address)?.[1];
  if (embedded !== undefined) return !everywhere.check(embedded, 'ipv4');
  if (!/[0-9]/.test(address)) return false;
  return (address.split(':').length > 3 && /[0-9A-Fa-f]{3}/.test(address)) || addressWord.test(before);
}

/** Addresses of machines and networks, without those that every machine has. */
export const findAddresses: Recogniser = (text) => {
  const beforeOf = (start: number) => text.slice(Math.max(0, start - nearby), start);
  const long = recognise(text, v6, (match, start) => isPersonalV6(match, beforeOf(start)));
  const short = recognise(text, v4, (match, start) => isPersonalV4(match, beforeOf(start)));
  return [...long, ...short.filter(({ start, end }) => !long.some((whole) => whole.start < end && start < whole.end))];
};
