import type { GatewayConfig } from './config/config.ts';
import type { GuardTools } from './gateway/open-guards.ts';
import { createContentPost } from './gateway/post-content.ts';

/** The guards of a config, running; undefined where it declares none. What is not used is not loaded. */
export async function openGuardTools({ guards }: Pick<GatewayConfig, 'guards'>): Promise<RunningGuards | undefined> {
  if (guards.size === 0) return undefined;
  const { createInspector } = await import('./guards/inspector.ts');
  const inspector = createInspector(guards.values());
  const contentPost = createContentPost();
  return {
    inspector,
    contentPost,
    async close() {
      await Promise.all([inspector.close(), contentPost.close()]);
    },
  };
}

export interface RunningGuards extends GuardTools {
  close(): Promise<void>;
}
