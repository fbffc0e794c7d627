import type { RequestHandler } from 'express';
import type { Environment } from '../../semantics/environment.ts';
import { contextOf } from '../context.ts';

/** `GET /v1/models`: every name under which callers may ask for a model. The catalogue is fixed, so is the answer. */
export function models({ models: catalogue }: Pick<Environment, 'models'>): RequestHandler {
  const owners = new Map<string, string>();
  for (const { answersTo, provider } of catalogue) {
    for (const name of answersTo) if (!owners.has(name)) owners.set(name, provider);
  }
  const data = [...owners].map(([id, owner]) => ({ id, object: 'model', created: 0, owned_by: owner }));
  return (_request, response) => {
    response.setHeader('x-request-id', contextOf(response).id);
    response.json({ object: 'list', data });
  };
}
