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
    return {
      mayCall() {
        if (!circuit.isOpen) return true;
        const { now } = board;
        return circuit.stateAt(now) === 'half-open' && board.takeProbe(circuit, now);
      },
      ended(failed, tookMs) {
        const endedAt = board.now;
        if (failed !== null) board.record(circuit, { failed, startedAt: endedAt - tookMs, endedAt });
        circuit.endProbe();
      },
    };
  };
}
