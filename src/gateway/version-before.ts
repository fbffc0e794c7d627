import { GatewayError } from '../protocol/gateway-error.ts';
import type { PolicyVersion } from '../stores/policy-store.ts';

/** Fewer digits of a digest could be those of several. */
const shortestDigest = 8;

/** The version of a policy that a digest, or the beginning of one, names: the newest. */
export function versionNamed(history: readonly PolicyVersion[], wanted: string): PolicyVersion {
  const digits = wanted.replace(/^sha256:/, '');
  const found = history.filter(({ digest }) => digest.startsWith(`sha256:${digits}`));
  const digests = new Set(found.map(({ digest }) => digest));
  const newest = found.at(-1);
  if (newest !== undefined && digests.size === 1 && digits.length >= shortestDigest) return newest;
  const why =
    digits.length < shortestDigest
      ? `\`${wanted}\` is too short: give ${shortestDigest} digits of a digest at least`
      : digests.size > 1
        ? `several versions begin with \`${wanted}\`: give more of the digest`
        : `no version \`${wanted}\` is in the history of this policy`;
  const isUnknown = digests.size === 0 && digits.length >= shortestDigest;
  throw new GatewayError(isUnknown ? 'not_found' : 'invalid_request', why, { param: 'digest' });
}

/**
 * The version that was served before the one in force, never one that was only tried. Going back twice goes back by two: a rollback
 * stands where the version stands that it went back to.
 */
export function versionBefore(history: readonly PolicyVersion[], digest: string): PolicyVersion {
  const served = history.filter(({ origin }) => origin !== 'shadow');
  const last = served.findLastIndex((version) => version.digest === digest);
  const restored = served.findIndex(({ id }) => id === served[last]?.restores);
  const position = restored === -1 ? last : restored;
  const before = served
    .slice(0, position === -1 ? served.length : position)
    .findLast((version) => version.digest !== digest);
  if (before !== undefined) return before;
  throw new GatewayError('not_found', 'there is no version before the one in force');
}
