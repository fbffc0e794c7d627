import { projectFolder } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';

export const adminToken = 'admin-token-of-tests';

/** A config's text: the sandbox, three models, the admin API, and what a test adds. */
export function pushedConfig(more = 'policy: main.llmpolicy', models = ['one', 'two', 'three']): string {
  return `version: 1
auth: { required: false, admin_token: ${adminToken} }
providers: { sandbox: { kind: sandbox, region: eu } }
models:
${models.map((name) => `  ${name}: { provider: sandbox, upstream: echo, price: free, context_window: 32k }`).join('\n')}
${more}
`;
}

/** A policy's text that uses these models, in this order. */
export function using(models: string, name = 'main', more = ''): string {
  return `edition 2026\npolicy "${name}"\nroutes { otherwise use ${models} }\n${more}`;
}

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what it should be is what the tests say
  readonly body: any;
}

export interface PushedGateway extends GatewayProcess {
  readonly folder: string;
  readonly admin: (method: string, path: string, body?: unknown, type?: string) => Promise<Answered>;
  /** Which policy and model answered a request. */
  readonly served: (headers?: Record<string, string>) => Promise<{ readonly digest: string; readonly model: string }>;
  /** Waits until a policy of this digest answers. */
  readonly converges: (digest: string) => Promise<void>;
}

const request = { model: 'any', messages: [{ role: 'user', content: 'hello' }] };

export async function startPushed(
  files: Record<string, string>,
  folder = projectFolder({ 'gateway.config.yaml': pushedConfig(), ...files }),
): Promise<PushedGateway> {
  const gateway = await startGateway(folder);
  const admin: PushedGateway['admin'] = async (method, path, body, type = 'application/json') => {
    const response = await fetch(`${gateway.url}/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': type },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const served: PushedGateway['served'] = async (headers) => {
    const response = await gateway.post(request, headers);
    await response.text();
    const said = (name: string) => response.headers.get(`x-llmpolicy-${name}`) ?? `none, ${response.status}`;
    return { digest: said('policy'), model: said('model') };
  };
  return {
    ...gateway,
    folder,
    admin,
    served,
    converges: async (digest) => {
      await until(digest, async () => ((await served()).digest === digest ? true : undefined));
    },
  };
}

/** Stops a gateway as an operator does, and waits for its end. */
export async function stopped({ process, ended }: GatewayProcess): Promise<void> {
  process.kill('SIGTERM');
  await ended;
}
