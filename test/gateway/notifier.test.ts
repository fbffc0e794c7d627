import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { postNotice } from '../../src/gateway/post-notice.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

async function receiver(statusOf: (heard: number) => number, location = '') {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const status = statusOf(heard.length);
    heard.push({ headers: request.headers, body: await text(request), status });
    response.writeHead(status, location === '' ? {} : { location }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

it('a budget’s value is told once by four processes, signed, to a receiver that fails at first', async () => {
  const { heard, url } = await receiver((before) => (before < 2 ? 500 : 200));
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = fileURLToPath(new URL('./notifying-process.ts', import.meta.url));
  const ended = Array.from({ length: 4 }, async () => {
    const child = spawn(process.execPath, [script, folder, url], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    return { said, status };
  });
  expect(await Promise.all(ended)).toEqual(Array.from({ length: 4 }, () => ({ said: '', status: 0 })));
  expect(heard.map(({ status }) => status)).toEqual([500, 500, 200]);
  for (const { headers, body } of heard) {
    const signed = createHmac('sha256', 's3cret').update(`${headers['x-llmpolicy-timestamp']}.${body}`).digest('hex');
    expect(headers['x-llmpolicy-signature']).toBe(`v1=${signed}`);
  }
  expect(JSON.parse(heard.at(-1)?.body ?? '')).toMatchObject({
    text: 'budget all-month has reached 80% of $10',
    budget: 'all-month',
    at: '80%',
    used: '85%',
  });
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  expect(await ledger.notices()).toMatchObject([{ state: 'sent', channel: 'spend', threshold: '80%', tries: 3 }]);
  await ledger.close();
});

it('a redirect is not followed, and no address is in what is said of a failure', async () => {
  const other = await receiver(() => 200);
  const { url } = await receiver(() => 307, other.url);
  expect(await postNotice(url, {}, '{}')).toBe('the receiver answered 307');
  expect(other.heard).toEqual([]);
  expect(await postNotice('http://127.0.0.1:1/secret-path', {}, '{}')).toBe(
    'the receiver could not be reached: ECONNREFUSED',
  );
});
