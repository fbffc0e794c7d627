import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CircuitSettings } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { circuitMapShape, circuitShape } from './shapes.ts';

/** Five failures in a row, or half of at least twenty calls in half a minute; then a pause of five seconds, doubled up to a minute. */
export const defaultCircuit: CircuitSettings = {
  failures: 5,
  errorRate: 5000,
  calls: 20,
  windowMs: 30_000,
  restMs: 5000,
  longestRestMs: 60_000,
};

/** `circuit:` of a map of the config; what it leaves out is as in `usual`, and null is `off`. */
export function readCircuit(
  parent: ConfigNode,
  usual: CircuitSettings | null,
  diagnostics: Diagnostic[],
): CircuitSettings | null {
  const node = nodeAt(parent, ['circuit']);
  if (!node) return usual;
  if (node.kind !== 'map') {
    readShape(circuitShape, node, diagnostics);
    return null;
  }
  const shape = readShape(circuitMapShape, node, diagnostics);
  const base = usual ?? defaultCircuit;
  const restMs = shape?.rest ?? base.restMs;
  return {
    failures: shape?.failures ?? base.failures,
    errorRate: shape?.error_rate ?? base.errorRate,
    calls: shape?.calls ?? base.calls,
    windowMs: shape?.window ?? base.windowMs,
    restMs,
    longestRestMs: Math.max(restMs, shape?.longest_rest ?? base.longestRestMs),
  };
}
