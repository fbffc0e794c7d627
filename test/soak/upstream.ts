// An upstream in a process of its own: whole answers and streams, and every twentieth call fails in some way.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const usage = { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 };
const words = 'the quick brown fox jumps over the lazy dog and then some more'.split(' ');
const chunk = (fields: object) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`;
const delta = (content: string) => chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const end = `${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${chunk({ choices: [], usage })}data: [DONE]\n\n`;
const message = { role: 'assistant', content: words.join(' ') };
const whole = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  usage,
});
let calls = 0;

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let next = 0;
  const go = () => {
    if (response.destroyed) return;
    if (next === words.length) return void response.end(end);
    response.write(delta(` ${words[next++]}`));
    setImmediate(go);
  };
  go();
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (data: Buffer) => (body += data.toString()));
  request.on('end', () => {
    const turn = ++calls % 60;
    if (turn === 0) return void response.destroy();
    if (turn === 20) return void response.writeHead(500).end('{"error":{"message":"no"}}');
    if (turn === 40) return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    if (body.includes('"stream":true')) return stream(response);
    response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
