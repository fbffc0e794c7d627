import { z } from 'zod';
import { CommandError, exitCodes } from './exit.ts';

/** Asks a running gateway, over its `/admin`, and reads its answer. */
export type AskGateway = <Shape extends z.ZodType>(
  shape: Shape,
  method: string,
  path: string,
  body?: unknown,
) => Promise<z.output<Shape>>;

/** The gateway does not do what it was asked, and says why. */
export class GatewayRefusal extends CommandError {
  readonly status: number;
  /** What it answered, where that was JSON. */
  readonly answer: unknown;

  constructor(message: string, status: number, answer: unknown) {
    super(message, exitCodes.failed);
    this.status = status;
    this.answer = answer;
  }
}

const errorShape = z.object({ error: z.object({ message: z.string() }) });

const longestWaitMs = 30_000;

/** @param url of the gateway; the admin token is in the environment */
export function openAdminDoor(url: string): AskGateway {
  const token = process.env['LLMPOLICY_ADMIN_TOKEN'];
  if (!token) throw new CommandError('set LLMPOLICY_ADMIN_TOKEN to the admin token of that gateway');
  const base = URL.parse('admin/', url.endsWith('/') ? url : `${url}/`);
  if (base === null || !/^https?:$/.test(base.protocol)) throw new CommandError(`--url ${url} is not an address`);
  return async <Shape extends z.ZodType>(shape: Shape, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${base.href}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(longestWaitMs),
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const why = error instanceof Error && error.name === 'TimeoutError' ? 'in time' : '';
      throw new CommandError(`${base.origin} does not answer ${why}`.trimEnd());
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) {
      const read = shape.safeParse(answer);
      if (read.success) return read.data as z.output<Shape>;
      throw new CommandError(`${base.origin} is no llmpolicy gateway that this version understands`);
    }
    const said = errorShape.safeParse(answer);
    const why = said.success ? said.data.error.message : `it answered ${response.status}`;
    throw new GatewayRefusal(`${base.origin} refused: ${why}`, response.status, answer);
  };
}
