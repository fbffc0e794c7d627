import type { Express, Response } from 'express';

const setting = 'llmpolicy write timeout';

/** How long a caller may take nothing of an answer that is there for it. */
export function boundStalls(app: Express, milliseconds: number): void {
  app.set(setting, milliseconds);
}

/** The caller has not taken what was written: where it goes on taking nothing, it is hung up on, as one that has left. */
export function expectReading(response: Response): void {
  response.setTimeout(response.app.get(setting));
  if (response.listenerCount('timeout') === 0) response.on('timeout', () => response.destroy());
}

/** It has: from now on it is the upstream that is waited for. */
export function expectNothing(response: Response): void {
  response.setTimeout(0);
}
