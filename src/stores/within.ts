import { StoreUnavailable } from './store.ts';

/** Waits no longer than that for an answer. */
export async function within<Answer>(timeoutMs: number, where: string, ask: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = () => new StoreUnavailable('timeout', `${where} did not answer in ${timeoutMs} ms`);
    timer = setTimeout(() => reject(error()), timeoutMs);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
