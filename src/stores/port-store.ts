import { storeOf } from './call-store.ts';
import type { StorePort } from './port.ts';
import { createPortCarrier, type PortOptions } from './port-carrier.ts';
import type { Store } from './store.ts';

/** A store that somebody else serves, with `serveStore`, at the other side of a port. */
export function createPortStore(port: StorePort, options: PortOptions): Store {
  return storeOf(createPortCarrier(port, options));
}
