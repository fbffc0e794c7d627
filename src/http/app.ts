import express, { type Express } from 'express';
import type { GatewayConfig } from '../config/config.ts';
import { createAnswerIds } from '../gateway/answer-ids.ts';
import { createFactCollector } from '../gateway/collect-facts.ts';
import type { RequestTools } from '../gateway/handle-request.ts';
import { createKeyRing } from '../gateway/keys.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Log } from '../telemetry/log.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/body.ts';
import { errors, unknownPath } from './middleware/errors.ts';
import { requestContext } from './middleware/request-context.ts';
import { countTokensRoute } from './routes/count-tokens.ts';
import { decideRoute } from './routes/decide.ts';
import { healthz } from './routes/healthz.ts';
import { models } from './routes/models.ts';
import { serveSurface } from './routes/serve-surface.ts';

export interface AppParts extends Omit<RequestTools, 'collectFacts' | 'answerIds'> {
  readonly config: GatewayConfig;
  readonly log: Log;
}

/** The gateway's HTTP surface. It listens nowhere yet: that is `startServer`. */
export function createApp({ config, log, ...parts }: AppParts): Express {
  const collectFacts = createFactCollector(config);
  const tools: RequestTools = { ...parts, collectFacts, answerIds: createAnswerIds(config.models, parts.providers) };
  const known = authenticate(createKeyRing(config));
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const context = requestContext(parts.clock, log);
  const body = jsonBody(config.server.maxBodyBytes);
  // Express asks its routes in this order: those that are called most stand first.
  for (const surface of Object.values(surfaces)) {
    app.post(surface.path, context, known, body, serveSurface(surface, tools));
  }
  app.get('/healthz', healthz);
  app.post('/v1/messages/count_tokens', context, known, body, countTokensRoute(tools));
  app.post('/v1/decide', context, known, body, decideRoute(tools));
  app.use(context);
  app.get('/v1/models', known, models(config.environment));
  app.use(unknownPath);
  app.use(errors(log));
  return app;
}
