import express, { type Express } from 'express';
import type { GatewayConfig } from '../config/config.ts';
import { createFactCollector } from '../gateway/collect-facts.ts';
import { createPricing } from '../gateway/cost.ts';
import type { ChatTools } from '../gateway/handle-chat.ts';
import { createKeyRing } from '../gateway/keys.ts';
import type { Log } from '../telemetry/log.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/body.ts';
import { errors, unknownPath } from './middleware/errors.ts';
import { requestContext } from './middleware/request-context.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { healthz } from './routes/healthz.ts';
import { models } from './routes/models.ts';

export interface AppParts extends Omit<ChatTools, 'collectFacts'> {
  readonly config: GatewayConfig;
  readonly log: Log;
}

/** The gateway's HTTP surface. It listens nowhere yet: that is `startServer`. */
export function createApp({ config, log, ...parts }: AppParts): Express {
  const tools: ChatTools = { ...parts, collectFacts: createFactCollector(config) };
  const known = authenticate(createKeyRing(config));
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const context = requestContext(parts.clock, log);
  const body = jsonBody(config.server.maxBodyBytes);
  // Express asks its routes in this order: the one that is called most stands first.
  app.post('/v1/chat/completions', context, known, body, chatCompletions(tools, createPricing(config.environment)));
  app.get('/healthz', healthz);
  app.use(context);
  app.get('/v1/models', known, models(config.environment));
  app.use(unknownPath);
  app.use(errors(log));
  return app;
}
