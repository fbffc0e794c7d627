import type { GuardConfig } from '../../src/config/guard-config.ts';
import type { ActiveGuard } from '../../src/guards/guard.ts';
import type { GuardedRequest } from '../../src/guards/guard-text.ts';
import { createInspector, type Inspector } from '../../src/guards/inspector.ts';
import { createPlaceholders } from '../../src/guards/placeholders.ts';
import { configOf } from '../config/findings.ts';
import { surroundings } from '../support/guard-surroundings.ts';

/** Guards as a config declares them, one a line. */
export function guardConfigs(entries: string): readonly GuardConfig[] {
  const models = 'providers: { sandbox: { kind: sandbox } }\nmodels: { judge-model: { provider: sandbox } }';
  const { guards } = configOf(`${models}\nguards:\n${entries}`);
  // A thread that is slow to start has not failed.
  return [...guards.values()].map((guard) => ({ ...guard, timeoutMs: Math.max(guard.timeoutMs, 60_000) }));
}

export function inspectorOf(entries: string): Inspector {
  return createInspector(guardConfigs(entries));
}

export function active(
  inspector: Inspector,
  name: string,
  action: ActiveGuard['action'],
  stream: ActiveGuard['stream'] = null,
): ActiveGuard {
  const guard = inspector.guards.get(name);
  if (!guard) throw new Error(`no guard ${name}`);
  return { guard, action, stream };
}

export function requestOf(inspector: Inspector, nonce = 'n0nce'): GuardedRequest {
  return { inspector, placeholders: createPlaceholders(nonce), ...surroundings() };
}
