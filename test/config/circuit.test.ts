import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const read = (text: string) =>
  readConfig(
    createSource('gateway.config.yaml', `version: 1\npolicy: a.llmpolicy\nauth: { required: false }\n${text}`),
    {},
  );
const circuitOf = (text: string, name = 'p') => read(text).value?.providers.get(name)?.circuit;
const usual = { failures: 5, errorRate: 5000, calls: 20, windowMs: 30_000, restMs: 5000, longestRestMs: 60_000 };
const openai = 'kind: openai-compatible, base_url: "http://127.0.0.1:1/v1"';

describe('`circuit`', () => {
  it('holds for every provider, and what a provider says of its own goes over it, key by key', () => {
    const text = `
circuit: { failures: 3, window: 1m }
providers:
  p: { ${openai} }
  q: { ${openai}, circuit: { error_rate: 25%, calls: 7 } }
  r: { ${openai}, circuit: off }
  s: { kind: sandbox }
  t: { kind: sandbox, circuit: { rest: 2m } }
`;
    const all = { ...usual, failures: 3, windowMs: 60_000 };
    expect(['p', 'q', 'r', 's', 't'].map((name) => circuitOf(text, name))).toEqual([
      all,
      { ...all, errorRate: 2500, calls: 7 },
      null,
      null,
      { ...usual, restMs: 120_000, longestRestMs: 120_000 },
    ]);
  });

  it('can be off for all, and on for one', () => {
    const text = `circuit: off\nproviders: { p: { ${openai} }, q: { ${openai}, circuit: { failures: 2 } } }`;
    expect([circuitOf(text), circuitOf(text, 'q')]).toEqual([null, { ...usual, failures: 2 }]);
  });

  it.each([
    ['circuit: on', '`on` cannot stand here'],
    ['circuit: { failures: 0 }', '`0` is not a number from 1 to a million'],
    ['circuit: { error_rate: 120% }', '`120%` is not a share of up to 100%'],
    ['circuit: { rests: 5s }', '`rests` is not known here'],
  ])('is refused as `%s`', (text, message) => {
    expect(read(text).diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
  });
});

describe('`server`', () => {
  it('reads how it is reached, bounded and stopped', () => {
    const text = `server:
  { max_header: 8kB, header_timeout: 5s, body_timeout: 1m, keep_alive: 10s, max_concurrency: 7, max_queue: 0,
    shutdown_delay: 0s, shutdown_grace: 1m, trust_proxy: [10.0.0.0/8, "::1"], tls: { cert: a.pem, key: b.pem } }`;
    expect(read(text).value?.server).toMatchObject({
      maxHeaderBytes: 8000,
      headerTimeoutMs: 5000,
      bodyTimeoutMs: 60_000,
      keepAliveMs: 10_000,
      maxConcurrency: 7,
      maxQueue: 0,
      shutdownDelayMs: 0,
      shutdownGraceMs: 60_000,
      trustProxy: ['10.0.0.0/8', '::1'],
      tls: { cert: 'a.pem', key: 'b.pem' },
    });
  });

  it.each([
    ['{ max_concurrency: 0 }', '`0` is not a number from 1 to a million'],
    ['{ trust_proxy: [everybody] }', '`everybody` is not an address or network'],
    ['{ tls: { cert: a.pem } }', '`key` is missing'],
    ['{ shutdown_grace: soon }', '`soon` is not a duration'],
  ])('is refused as `%s`', (server, message) => {
    expect(read(`server: ${server}`).diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
  });
});
