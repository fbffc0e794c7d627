import { type Aggregator, Gauge, type Registry } from 'prom-client';

/** What is shown of a model's health. */
export interface ModelStanding {
  readonly model: string;
  readonly provider: string;
  readonly up: boolean;
  readonly circuit: 'off' | 'closed' | 'half-open' | 'open';
  readonly latencyMs: number | null;
}

const circuitNumbers = { off: 0, closed: 0, 'half-open': 1, open: 2 } as const;
const labelNames = ['model', 'provider'] as const;

/** The health of every model of the catalogue, as it is when it is asked for. */
export function createHealthGauges(
  registers: Registry[],
  prefix: string,
  standings: () => readonly ModelStanding[],
): void {
  const gauge = (
    name: string,
    help: string,
    aggregator: Aggregator,
    read: (standing: ModelStanding) => number | null,
  ) =>
    new Gauge({
      name: `${prefix}${name}`,
      help,
      labelNames,
      // Of several processes that each say the same, or nearly.
      aggregator,
      registers,
      collect() {
        this.reset();
        for (const standing of standings()) {
          const value = read(standing);
          if (value !== null) this.set({ model: standing.model, provider: standing.provider }, value);
        }
      },
    });
  gauge('model_up', '1 while plans take the model for able to serve, as `model.up` says', 'min', ({ up }) =>
    Number(up),
  );
  gauge('circuit_state', '0 closed, 1 half open, 2 open', 'max', ({ circuit }) => circuitNumbers[circuit]);
  gauge(
    'model_latency_seconds',
    'What a call that succeeds takes, as `model.latency` says',
    'average',
    ({ latencyMs }) => (latencyMs === null ? null : latencyMs / 1000),
  );
}
