import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';

const files = {
  'gateway.config.yaml': `
version: 1
policy: main.llmpolicy
auth: { required: false }
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k } }
`,
  'main.llmpolicy': `edition 2026
policy "main"
routes { otherwise use echo }
budget all $1000 per ever
`,
};
const body = { model: 'echo', messages: [{ role: 'user', content: 'hi' }] };

it.each([
  ['store', 'gateway.db'],
  ['ledger', 'ledger.db'],
] as const)('a %s that is held by another process holds up those who need it, and nobody else', async (_, file) => {
  const folder = projectFolder(files);
  const gateway = await startGateway(folder);
  expect((await gateway.post(body)).status).toBe(200);
  const holder = new DatabaseSync(join(folder, '.llmpolicy', file), { timeout: 5000 });
  holder.exec('begin immediate');
  let isAnswered = false;
  const held = gateway.post(body).then((response) => {
    isAnswered = true;
    return response.status;
  });
  // Were statements run on the thread that serves, these would wait until the held one is given up.
  for (let turn = 0; turn < 5; turn++) {
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(200);
  }
  expect(isAnswered).toBe(false);
  holder.exec('rollback');
  holder.close();
  expect(await held).toBe(200);
});
