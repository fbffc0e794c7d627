import type { Socket } from 'node:net';
import { type BadUpstream, head, startBadUpstream } from './bad-upstream.ts';

const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const stream = `${chunk({ role: 'assistant', content: 'hello' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`;
const message = { role: 'assistant', content: 'hello' };
const whole = JSON.stringify({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
});

/** What can go wrong on a bare connection, before anything of an answer has been said. */
const faults: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  () => undefined,
  (socket) => void socket.write('HTTP/1.1 2'),
  (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  (socket) => socket.end(`${head('application/json', { status: 503 })}{"error":{"message":"busy"}}`),
  (socket) => socket.end(`${head('text/html')}<html>Welcome to nginx</html>`),
  (socket) => socket.end(`${head('application/json')}{"id":"c1","cho`),
  (socket) => socket.end(`${head('text/event-stream')}data: {"id":"c1","cho`),
];

/** An upstream that fails so often, each time by chance (of this seed) and in one of many ways, and else answers. */
export function startFaultyUpstream(seed: number, rate: number): Promise<BadUpstream> {
  const chance = seededChance(seed);
  return startBadUpstream((socket, request) => {
    if (chance() < rate) return faults[Math.floor(chance() * faults.length)]?.(socket);
    const isStream = request.includes('"stream":true');
    socket.end(isStream ? `${head('text/event-stream')}${stream}` : `${head('application/json')}${whole}`);
  });
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
