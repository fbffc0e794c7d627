import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContentAnswer, ContentRequest } from '../../src/guards/guard.ts';

/** A service that answers as it is told, and remembers what it was asked. */
export interface Service {
  readonly url: string;
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
  behave: 'well' | 'hang' | 'html' | 'fail' | 'other-json' | 'no-json';
  stop(): Promise<void>;
}

export async function startService(answer: (body: unknown) => unknown): Promise<Service> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      service.asked.push({ path: request.url ?? '', headers: request.headers, body });
      if (service.behave === 'hang') return;
      if (service.behave === 'html') response.setHeader('content-type', 'text/html').end('<html>Sign in</html>');
      else if (service.behave === 'fail') response.writeHead(500).end(JSON.stringify(answer(JSON.parse(body))));
      else if (service.behave === 'other-json') response.end('{"something":"else"}');
      else if (service.behave === 'no-json') response.end('{"results":[');
      else response.end(JSON.stringify(answer(JSON.parse(body))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: Service = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    behave: 'well',
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return service;
}

/** The gateway's outbound call in its simplest form. */
export async function plainCall({ url, headers, body, signal }: ContentRequest): Promise<ContentAnswer> {
  const answer = await fetch(url, { method: 'POST', headers, body, signal });
  return { status: answer.status, body: await answer.text() };
}
