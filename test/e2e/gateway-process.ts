import OpenAI from 'openai';
import { commandFile, type RunningCommand, startProgram } from '../support/command.ts';
import { until } from '../support/until.ts';

export interface GatewayProcess extends RunningCommand {
  readonly url: string;
  /** The official client, which retries nothing. */
  readonly client: OpenAI;
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** Waits until standard error holds the text. */
  readonly says: (text: string) => Promise<void>;
}

/** `llmpolicy serve` in a process of its own, once it listens on a port that the system chose. */
export async function startGateway(
  folder: string,
  file = commandFile,
  options: readonly string[] = [],
): Promise<GatewayProcess> {
  const running = startProgram(process.execPath, [file, 'serve', '--port', '0', ...options], { cwd: folder });
  const { err } = running;
  const url = await until('the gateway to listen', () => {
    if (running.process.exitCode !== null) throw new Error(`it ended with ${running.process.exitCode}: ${err()}`);
    return /on (http:\/\/\S+)/.exec(err())?.[1];
  });
  return {
    ...running,
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 }),
    post: (body, headers = {}) =>
      fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body), headers }),
    says: async (text) => {
      await until(`«${text}»`, () => (err().includes(text) ? true : undefined)).catch((error: Error) => {
        throw new Error(`${error.message}; it said: ${err()}`);
      });
    },
  };
}
