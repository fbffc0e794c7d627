import type { GatewayConfig } from '../config/config.ts';
import type { AvailableCounters } from '../stores/with-availability.ts';
import { createEstimator } from './attempt-due.ts';
import type { Clock } from './clock.ts';
import { Meter } from './meter.ts';
import { createModelPricing } from './pricing.ts';
import type { SpendingTools } from './spending.ts';

/** What requests are charged with, for a config and the counters that it keeps. */
export function createSpendingTools(
  { environment, models, store, estimates }: Pick<GatewayConfig, 'environment' | 'models' | 'store' | 'estimates'>,
  counters: AvailableCounters,
  clock: Clock,
  limitRefused: SpendingTools['limitRefused'],
): SpendingTools {
  const pricing = createModelPricing({ models });
  return {
    meter: new Meter(counters, clock, { timeZone: environment.timeZone, onUnavailable: store.onUnavailable }),
    estimator: createEstimator(environment, pricing, estimates.outputTokens),
    pricing,
    limitRefused,
  };
}
