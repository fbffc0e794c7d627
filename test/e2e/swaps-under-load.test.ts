import { Agent, request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { runs } from '../support/runs.ts';
import { startPushed, using } from './pushed-policies.ts';

/** With `LLMPOLICY_TEST_SCALE=10`: 200 swaps during 20,000 requests. */
const requests = runs(2000);
const swaps = runs(20);
const atOnce = 16;

interface Life {
  readonly digest: string;
  /** When it may have begun, and when it had certainly ended. */
  readonly from: number;
  until: number;
}

const body = JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'hello' }] });

it(`${swaps} swaps during ${requests} requests fail none, and each is decided by a policy that was in force during it`, async () => {
  const { url, admin, served } = await startPushed({ 'main.llmpolicy': using('one') });
  const agent = new Agent({ connections: atOnce });
  onTestFinished(() => agent.close());
  const lives: Life[] = [{ digest: (await served()).digest, from: 0, until: Number.POSITIVE_INFINITY }];
  const answered: { readonly digest: string; readonly from: number; readonly until: number }[] = [];
  const failed: number[] = [];
  let swapsLeft = swaps;

  const ask = async (): Promise<void> => {
    while (swapsLeft > 0 || answered.length < requests) {
      const from = performance.now();
      const path = `${url}/v1/chat/completions`;
      const response = await request(path, { method: 'POST', body, dispatcher: agent });
      await response.body.dump();
      if (response.statusCode !== 200) failed.push(response.statusCode);
      answered.push({ digest: String(response.headers['x-llmpolicy-policy']), from, until: performance.now() });
    }
  };
  const swap = async (): Promise<void> => {
    for (let number = 1; number <= swaps; number++) {
      // However long a swap takes, some requests are decided by each version.
      const due = answered.length + requests / (swaps + 1);
      while (answered.length < due) await new Promise((resolve) => setTimeout(resolve, 2));
      const from = performance.now();
      const models = number % 2 === 0 ? 'one then two' : 'two then three';
      const pushed = await admin('PUT', 'policy', using(models, 'main', `cap output ${number} tok\n`), 'text/plain');
      expect(pushed.status).toBe(200);
      const before = lives.at(-1);
      if (before !== undefined) before.until = performance.now();
      lives.push({ digest: pushed.body.digest, from, until: Number.POSITIVE_INFINITY });
      swapsLeft--;
    }
  };
  await Promise.all([swap(), ...Array.from({ length: atOnce }, ask)]);

  expect(failed).toEqual([]);
  expect(answered.length).toBeGreaterThanOrEqual(requests);
  const known = new Map(lives.map((life) => [life.digest, life]));
  expect(known.size).toBe(swaps + 1);
  const strays = answered.filter(({ digest, from, until }) => {
    const life = known.get(digest);
    return life === undefined || until < life.from || from > life.until;
  });
  expect(strays).toEqual([]);
  expect(new Set(answered.map(({ digest }) => digest)).size).toBeGreaterThan(swaps / 2);
}, 600_000);
