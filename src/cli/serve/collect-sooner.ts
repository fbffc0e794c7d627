import { setFlagsFromString } from 'node:v8';

/** In per cent of what is in use. */
const garbageHeld = 40;

/**
 * V8 by itself lets garbage grow to a multiple of what is in use before it looks for it, which is for programs that end soon. Half as
 * much memory is worth a hundredth of the time to whoever runs several gateways on a machine.
 */
export function collectSooner(): void {
  setFlagsFromString(`--heap-growing-percent=${garbageHeld}`);
}
