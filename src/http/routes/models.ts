import type { RequestHandler } from 'express';
import type { Environment } from '../../semantics/environment.ts';
import { contextOf } from '../context.ts';

/**
 * `GET /v1/models`: the public names of the catalogue. `provider/upstream`, to which a model answers too, says how the gateway is
 * set up and is not listed. The catalogue is fixed, so is the answer.
 */
export function models({ models: catalogue }: Pick<Environment, 'models'>): RequestHandler {
  const owners = new Map<string, string>();
  for (const { answersTo, provider, upstream } of catalogue) {
    const names = answersTo.filter((name) => name !== `${provider}/${upstream}`);
    for (const name of names) if (!owners.has(name)) owners.set(name, provider);
  }
  const data = [...owners].map(([id, owner]) => ({ id, object: 'model', created: 0, owned_by: owner }));
  return (_request, response) => {
    response.setHeader('x-request-id', contextOf(response).id);
    response.json({ object: 'list', data });
  };
}
