import type { KeyCircuitFor } from '../providers/key-circuit.ts';
import type { CircuitBoard } from './circuit-board.ts';
import type { SharedCircuit } from './shared-circuit.ts';

/** Circuits of keys, kept and shared as those of models are. */
export function createKeyCircuits(board: CircuitBoard): KeyCircuitFor {
  const known = new Map<string, SharedCircuit>();
  return ({ name, circuit: settings }, keyId) => {
    if (settings === null) return undefined;
    const id = `key/${name}/${keyId}`;
    const circuit = known.get(id) ?? board.add(id, settings);
    known.set(id, circuit);
    // By `performance.now`: no clock that is set back may keep a right for ever.
    let probedAt = Number.POSITIVE_INFINITY;
    return {
      mayCall() {
        if (!circuit.isOpen) return true;
        const { now } = board;
        if (circuit.stateAt(now) !== 'half-open' || !board.takeProbe(circuit, now)) return false;
        probedAt = performance.now();
        return true;
      },
      ended(failed, tookMs) {
        const endedAt = board.now;
        if (failed !== null) board.record(circuit, { failed, startedAt: endedAt - tookMs, endedAt });
        // A call that began earlier was no probe.
        if (performance.now() - tookMs < probedAt - 1) return;
        probedAt = Number.POSITIVE_INFINITY;
        circuit.endProbe();
      },
    };
  };
}
