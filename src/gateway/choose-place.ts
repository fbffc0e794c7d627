import { GatewayError } from '../protocol/gateway-error.ts';
import type { PolicyPlace } from './policy-place.ts';

/** The policy that a change is meant for: by the name of one that is served, or by its key; the only one needs no name. */
export function choosePlace(places: readonly PolicyPlace[], wanted: string | undefined): PolicyPlace {
  const [only] = places;
  if (places.length === 1 && only !== undefined && wanted === undefined) return only;
  const found = places.filter(({ config, served }) => config.key === wanted || served.policy.name === wanted);
  const [chosen, ...others] = found;
  if (chosen !== undefined && others.length === 0) return chosen;
  const known = places.map(({ config, served }) => `\`${served.policy.name}\` (${config.key})`).join(', ');
  const why =
    wanted === undefined
      ? 'say which policy'
      : `${chosen === undefined ? 'no policy is' : 'several policies are'} called \`${wanted}\``;
  throw new GatewayError('invalid_request', `${why}: this gateway serves ${known}`, { param: 'policy' });
}

/** The same for a text: with several policies it is for the one of its own name, unless it is said. */
export function choosePlaceFor(places: readonly PolicyPlace[], name: string, wanted: string | undefined): PolicyPlace {
  return choosePlace(places, wanted ?? (places.length === 1 ? undefined : name));
}
