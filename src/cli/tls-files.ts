import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { ServerConfig } from '../config/config.ts';
import type { RunningServer, TlsPair } from '../http/server.ts';
import { CommandError } from './exit.ts';
import type { Terminal } from './output/terminal.ts';

/** The pair that `server.tls` names; undefined for plain HTTP. `path`: of the config. Throws a `CommandError` where there is none. */
export function readTls({ tls }: Pick<ServerConfig, 'tls'>, path: string): TlsPair | undefined {
  if (tls === null) return undefined;
  const pair = { cert: readPem(tls.cert, path), key: readPem(tls.key, path) };
  try {
    createSecureContext(pair);
  } catch {
    throw new CommandError(
      `server.tls: ${tls.cert} and ${tls.key} are no certificate and its key in PEM: check that they belong together`,
    );
  }
  return pair;
}

function readPem(file: string, path: string): Buffer {
  try {
    return readFileSync(resolve(dirname(path), file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    throw new CommandError(`server.tls: the file ${file} cannot be read (${code})`);
  }
}

/** Certificates are renewed: new ones are taken up on SIGHUP, and where they are none the old ones stay. */
export function rereadTls(terminal: Terminal, config: ServerConfig, path: string, server: RunningServer): () => void {
  if (config.tls === null) return () => undefined;
  const reread = () => {
    try {
      const pair = readTls(config, path);
      if (pair !== undefined) server.replaceTls(pair);
      terminal.err('certificate read again');
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      terminal.err(`certificate not replaced: ${error.message}`);
    }
  };
  process.on('SIGHUP', reread);
  return () => process.off('SIGHUP', reread);
}
