import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ServerConfig } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { serverShape } from './shapes.ts';

/** Idle connections live longer than load balancers keep them: it is theirs to close, or they send into a closed one. */
const defaults: ServerConfig = {
  host: '127.0.0.1',
  port: 8080,
  maxBodyBytes: 10_000_000,
  maxHeaderBytes: 16_000,
  headerTimeoutMs: 10_000,
  bodyTimeoutMs: 300_000,
  writeTimeoutMs: 120_000,
  keepAliveMs: 65_000,
  maxConcurrency: 5000,
  maxQueue: 100,
  shutdownDelayMs: 0,
  shutdownGraceMs: 30_000,
  trustProxy: [],
  tls: null,
};

/** Where the gateway listens, what it takes, and how it stops. */
export function readServer(root: ConfigNode, diagnostics: Diagnostic[]): ServerConfig {
  const node = nodeAt(root, ['server']);
  const shape = node && readShape(serverShape, node, diagnostics);
  if (!shape) return defaults;
  return {
    host: shape.host ?? defaults.host,
    port: shape.port ?? defaults.port,
    maxBodyBytes: shape.max_body ?? defaults.maxBodyBytes,
    maxHeaderBytes: shape.max_header ?? defaults.maxHeaderBytes,
    headerTimeoutMs: shape.header_timeout ?? defaults.headerTimeoutMs,
    bodyTimeoutMs: shape.body_timeout ?? defaults.bodyTimeoutMs,
    writeTimeoutMs: shape.write_timeout ?? defaults.writeTimeoutMs,
    keepAliveMs: shape.keep_alive ?? defaults.keepAliveMs,
    maxConcurrency: shape.max_concurrency ?? defaults.maxConcurrency,
    maxQueue: shape.max_queue ?? defaults.maxQueue,
    shutdownDelayMs: shape.shutdown_delay ?? defaults.shutdownDelayMs,
    shutdownGraceMs: shape.shutdown_grace ?? defaults.shutdownGraceMs,
    trustProxy: shape.trust_proxy ?? defaults.trustProxy,
    tls: shape.tls ?? defaults.tls,
  };
}
