import type { RequestHandler } from 'express';
import type { Metrics } from '../../telemetry/metrics.ts';

/** `GET /metrics`: for Prometheus. No secret, and nothing that a request said, is in it. */
export function metricsRoute(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const { text, contentType } = await metrics.expose();
    response.setHeader('content-type', contentType);
    response.send(text);
  };
}
