import express, { type Express } from 'express';
import type { GatewayConfig } from '../config/config.ts';
import { administerKeys } from '../gateway/administer-keys.ts';
import { createAnswerCaches } from '../gateway/answer-caches.ts';
import { createAnswerIds } from '../gateway/answer-ids.ts';
import { boundAttempts } from '../gateway/bound-attempts.ts';
import { createFactCollector } from '../gateway/collect-facts.ts';
import type { RequestTools } from '../gateway/handle-request.ts';
import { createKeyRing } from '../gateway/keys.ts';
import { watchReadiness } from '../gateway/readiness.ts';
import type { RequestGate } from '../gateway/request-gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Store } from '../stores/store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { knownSecrets } from './known-secrets.ts';
import { requireAdmin } from './middleware/admin.ts';
import { admit } from './middleware/admit.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/body.ts';
import { errors, onlyBy, unknownPath } from './middleware/errors.ts';
import { requestContext } from './middleware/request-context.ts';
import { recordRequests } from './record-request.ts';
import { adminRouter } from './routes/admin/router.ts';
import { countTokensRoute } from './routes/count-tokens.ts';
import { decideRoute } from './routes/decide.ts';
import { feedbackRoute } from './routes/feedback.ts';
import { healthz } from './routes/healthz.ts';
import { metricsRoute } from './routes/metrics.ts';
import { models } from './routes/models.ts';
import { readyz } from './routes/readyz.ts';
import { serveSurface } from './routes/serve-surface.ts';
import { boundStalls } from './stalled-caller.ts';

export interface AppParts extends Omit<RequestTools, 'collectFacts' | 'answerIds' | 'caches'> {
  readonly config: GatewayConfig;
  readonly log: Log;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly gate: RequestGate;
  /** Of the gateway, for those who may know. */
  readonly version: string;
}

const furtherPosts = ['/v1/messages/count_tokens', '/v1/decide', '/v1/feedback'];

/** The gateway's HTTP surface. It listens nowhere yet: that is `startServer`. */
export function createApp({ config, log, store, ledger, metrics, gate, version, ...parts }: AppParts): Express {
  const collectFacts = createFactCollector(config);
  const { clock, policy } = parts;
  const answerIds = createAnswerIds(config.models, parts.providers);
  const caches = createAnswerCaches(config.cache, { store: store.cache, clock, bug: log.bug });
  const tools: RequestTools = { ...parts, collectFacts, answerIds, caches };
  const wrongKeys = config.auth.adminToken === null ? undefined : boundAttempts(clock.now);
  const known = authenticate(createKeyRing(config, { store: store.keys, clock }, wrongKeys));
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.server.trustProxy);
  boundStalls(app, config.server.writeTimeoutMs);
  const context = requestContext(clock, recordRequests(log, metrics), knownSecrets(config));
  const turn = admit(gate);
  const body = jsonBody(config.server.maxBodyBytes);
  // Express asks its routes in this order: those that are called most stand first.
  for (const surface of Object.values(surfaces)) {
    app.post(surface.path, context, turn, known, body, serveSurface(surface, tools));
  }
  const startedAt = clock.now();
  const readiness = watchReadiness(config, {
    store,
    counterProblem: () => tools.meter.problem,
    ledgerProblem: () => tools.recorder.problem,
    now: clock.now,
  });
  const rooms = {
    keys: administerKeys(config, store.keys, clock.wallNow),
    health: {
      version,
      readiness,
      gate,
      ledgerProblem: () => tools.recorder.problem?.why,
      policy: () => policy.current,
      models: () => tools.health.standings(),
      uptimeMs: () => clock.now() - startedAt,
    },
    records: { ledger, sums: store.sums, clock, currency: config.environment.currency },
  };
  app.get('/healthz', healthz);
  app.get('/readyz', readyz(readiness, gate));
  app.get('/metrics', metricsRoute(metrics));
  app.post('/v1/messages/count_tokens', context, turn, known, body, countTokensRoute(tools));
  app.post('/v1/decide', context, turn, known, body, decideRoute(tools));
  app.post('/v1/feedback', context, turn, known, body, feedbackRoute(ledger, clock));
  app.use(context);
  app.use('/admin', adminRouter(requireAdmin(config.auth.adminToken, boundAttempts(clock.now)), rooms));
  app.get('/v1/models', known, models(config.environment));
  app.all([...Object.values(surfaces).map(({ path }) => path), ...furtherPosts], onlyBy('POST'));
  app.all('/v1/models', onlyBy('GET'));
  app.use(unknownPath);
  app.use(errors(log));
  return app;
}
