import { isIPv4, isIPv6 } from 'node:net';
import { type Recogniser, recognise } from './recogniser.ts';

const v4 = /(?<![\p{L}\p{N}_.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\p{L}\p{N}_]|[.-][\p{L}\p{N}])/gu;
const v6 = /(?<![\p{L}\p{N}_:.])[0-9A-Fa-f:]{3,39}(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3})?(?![\p{L}\p{N}_:]|\.[0-9])/gu;

/** Addresses that are the same on every machine say nothing about anybody. */
const everywhere = /^(?:127\.|0\.0\.0\.0$|255\.255\.255\.)/;

/** A version or section number of four parts has the form of an address. */
const version = /\b(?:v(?:er(?:sion)?)?|section|chapter)\.?[ :=]{0,3}$/i;

function isPersonalV4(match: string, before: string): boolean {
  return isIPv4(match) && !everywhere.test(match) && !version.test(before);
}

/** `::` and `a::b` stand in programs too: an address has a digit, and several groups or a long first one. */
function isPersonalV6(match: string): boolean {
  if (!/[0-9]/.test(match) || !isIPv6(match)) return false;
  return match.split(':').length > 3 && /[0-9A-Fa-f]{3}/.test(match);
}

/** Addresses of machines, without those that every machine has. */
export const findAddresses: Recogniser = (text) => [
  ...recognise(text, v4, (match, start) => isPersonalV4(match, text.slice(Math.max(0, start - 12), start))),
  ...recognise(text, v6, isPersonalV6),
];
