import type { GatewayConfig } from '../../config/config.ts';
import { type RunningServer, startServer, type TlsPair } from '../../http/server.ts';
import { CommandError } from '../exit.ts';
import type { Terminal } from '../output/terminal.ts';

/** Listens where the config says, or on another port. Ends the command with what keeps it from that. */
export async function listen(
  app: Parameters<typeof startServer>[0],
  { server }: Pick<GatewayConfig, 'server'>,
  port: string | undefined,
  tls: TlsPair | undefined,
): Promise<RunningServer> {
  const wanted = port === undefined ? server.port : Number(port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new CommandError(`--port ${port} is not a port`);
  try {
    return await startServer(app, { ...server, port: wanted, tls });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new CommandError(
        `port ${wanted} of ${server.host} is taken; stop what listens there, or choose another with --port`,
      );
    }
    throw new CommandError(
      `cannot listen on ${server.host}:${wanted}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Says what is served, and how to try it. */
export function greet(
  terminal: Terminal,
  { environment, auth }: Pick<GatewayConfig, 'environment' | 'auth'>,
  policies: readonly string[],
  url: string,
): void {
  const [model] = environment.models;
  const body = JSON.stringify({ model: model?.name ?? 'any', messages: [{ role: 'user', content: 'Hello!' }] });
  const key = auth.required ? ` -H 'authorization: Bearer <virtual key>'` : '';
  const named = policies.map((name) => `"${name}"`).join(', ');
  terminal.err(`llmpolicy serves ${policies.length === 1 ? 'policy' : 'policies'} ${named} on ${url}\n`);
  terminal.err(`try it:\n  curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} -d '${body}'\n`);
}
