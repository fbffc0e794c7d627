import type { Metric, Registry } from 'prom-client';

/** One line of a metric: `metricName` where it is not the metric's own. */
interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

type Labels = Readonly<Record<string, string>>;

/** What a metric is called and told apart by. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/**
 * A metric that is counted in plain numbers and read by prom-client when it is exposed: a request changes a score of them, and
 * prom-client takes a microsecond or two for each change.
 */
abstract class Family<Cell> {
  readonly #described: Described;
  readonly #type: 'counter' | 'histogram';
  readonly #cells = new Map<string, { readonly labels: Labels; readonly cell: Cell }>();

  constructor(registry: Registry, described: Described, type: 'counter' | 'histogram') {
    this.#described = described;
    this.#type = type;
    const metric = { ...described, type, aggregator: 'sum', get: async () => this.#read(), reset: () => undefined };
    // Of a metric prom-client's registry asks for its name, and what it says of itself.
    registry.registerMetric(metric as unknown as Metric);
  }

  protected abstract open(): Cell;
  protected abstract samplesOf(name: string, labels: Labels, cell: Cell): readonly Sample[];

  /** @param values of the labels, in their order */
  of(...values: readonly string[]): Cell {
    const id = values.join('\n');
    const known = this.#cells.get(id);
    if (known !== undefined) return known.cell;
    const labels = Object.fromEntries(this.#described.labelNames.map((name, index) => [name, values[index] ?? '']));
    const cell = this.open();
    this.#cells.set(id, { labels, cell });
    return cell;
  }

  #read() {
    const { name, help } = this.#described;
    const values = [...this.#cells.values()].flatMap(({ labels, cell }) => this.samplesOf(name, labels, cell));
    return { name, help, type: this.#type, aggregator: 'sum', values };
  }
}

/** A sum that only grows. */
export interface Total {
  total: number;
}

export class Counters extends Family<Total> {
  constructor(registry: Registry, described: Described) {
    super(registry, described, 'counter');
  }

  protected open() {
    return { total: 0 };
  }

  protected samplesOf(_name: string, labels: Labels, { total }: Total) {
    return [{ labels, value: total }];
  }
}

/** How values are spread over buckets. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** How many fell into each bucket, and last those that are larger than all. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

/** https://prometheus.io/docs/concepts/metric_types/#histogram */
export class Histograms extends Family<Distribution> {
  readonly #bounds: readonly number[];

  /** @param bounds the largest value of each bucket, rising */
  constructor(registry: Registry, described: Described, bounds: readonly number[]) {
    super(registry, described, 'histogram');
    this.#bounds = bounds;
  }

  protected open() {
    return new Distribution(this.#bounds);
  }

  protected samplesOf(name: string, labels: Labels, { counts, sum }: Distribution): readonly Sample[] {
    let below = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, index): Sample => {
      below += counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: below },
    ];
  }
}
