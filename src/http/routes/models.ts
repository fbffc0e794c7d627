import type { RequestHandler } from 'express';
import type { Environment } from '../../semantics/environment.ts';
import { contextOf } from '../context.ts';
import { speaksAnthropic } from '../error-shape.ts';

/**
 * `GET /v1/models`, in the shape of the API that asks: the public names of the catalogue. `provider/upstream`, to which a model answers too, says how the gateway is
 * set up and is not listed. What a catalogue lists is worked out once.
 */
export const models: RequestHandler = (request, response) => {
  const { id, running } = contextOf(response);
  const { environment } = running.inventory.config;
  const listed = known.get(environment) ?? listingsOf(environment);
  known.set(environment, listed);
  response.setHeader('x-request-id', id);
  response.json(speaksAnthropic(request) ? listed.asAnthropic : listed.asOpenAi);
};

type Catalogue = Pick<Environment, 'models'>;
type Listings = ReturnType<typeof listingsOf>;

const known = new WeakMap<Catalogue, Listings>();

function listingsOf({ models: catalogue }: Catalogue) {
  const owners = new Map<string, string>();
  for (const { answersTo, provider, upstream } of catalogue) {
    const names = answersTo.filter((name) => name !== `${provider}/${upstream}`);
    for (const name of names) if (!owners.has(name)) owners.set(name, provider);
  }
  const data = [...owners].map(([id, owner]) => ({ id, object: 'model', created: 0, owned_by: owner }));
  const asOpenAi = { object: 'list', data };
  return { asOpenAi, asAnthropic: listForAnthropic([...owners.keys()]) };
}

/** The catalogue knows no dates: all its models are as old as time. */
const unknownDate = '1970-01-01T00:00:00Z';

function listForAnthropic(ids: readonly string[]) {
  const data = ids.map((id) => ({ type: 'model', id, display_name: id, created_at: unknownDate }));
  return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
}
