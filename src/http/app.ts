import express, { type Express } from 'express';
import type { PolicyAdministration } from '../gateway/administer-policies.ts';
import { boundAttempts } from '../gateway/bound-attempts.ts';
import type { Clock } from '../gateway/clock.ts';
import { watchReadiness } from '../gateway/readiness.ts';
import type { RequestGate } from '../gateway/request-gate.ts';
import type { Running } from '../gateway/running.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Store } from '../stores/store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
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

export interface AppParts {
  readonly running: Running;
  readonly policies: PolicyAdministration;
  readonly clock: Clock;
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
export function createApp({ running, policies, gate, clock, log, store, ledger, metrics, version }: AppParts): Express {
  // Of it only what does not change while the gateway runs.
  const { config } = running.current.inventory;
  const { server, environment } = config;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', server.trustProxy);
  boundStalls(app, server.writeTimeoutMs);
  const context = requestContext(running, clock, recordRequests(log, metrics));
  const turn = admit(gate);
  const body = jsonBody(server.maxBodyBytes);
  // Express asks its routes in this order: those that are called most stand first.
  for (const surface of Object.values(surfaces)) {
    app.post(surface.path, context, turn, authenticate, body, serveSurface(surface));
  }
  const startedAt = clock.now();
  const readiness = watchReadiness(config, {
    store,
    counterProblem: () => running.current.tools.meter.problem,
    ledgerProblem: () => running.current.tools.recorder.problem,
    now: clock.now,
  });
  const rooms = {
    policies,
    health: {
      version,
      readiness,
      gate,
      ledgerProblem: () => running.current.tools.recorder.problem?.why,
      policies: policies.status,
      models: () => running.current.tools.health.standings(),
      uptimeMs: () => clock.now() - startedAt,
    },
    records: { ledger, sums: store.sums, clock, currency: environment.currency },
  };
  app.get('/healthz', healthz);
  app.get('/readyz', readyz(readiness, policies.status, gate));
  app.get('/metrics', metricsRoute(metrics));
  app.post('/v1/messages/count_tokens', context, turn, authenticate, body, countTokensRoute);
  app.post('/v1/decide', context, turn, authenticate, body, decideRoute);
  app.post('/v1/feedback', context, turn, authenticate, body, feedbackRoute(ledger, clock));
  app.use(context);
  app.use('/admin', adminRouter(requireAdmin(boundAttempts(clock.now)), rooms));
  app.get('/v1/models', authenticate, models);
  app.all([...Object.values(surfaces).map(({ path }) => path), ...furtherPosts], onlyBy('POST'));
  app.all('/v1/models', onlyBy('GET'));
  app.use(unknownPath);
  app.use(errors(log));
  return app;
}
