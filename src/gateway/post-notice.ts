import { request } from 'undici';

const longestMs = 10_000;
const readBytes = 4096;

/**
 * Posts a body to an address of the config, and to no other: a redirect is a refusal. Resolves with undefined where it was taken, else
 * with why not, without the address, which may hold a secret.
 */
export async function postNotice(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(longestMs);
    const answer = await request(url, { method: 'POST', headers, body, signal });
    await answer.body.dump({ limit: readBytes, signal });
    const { statusCode } = answer;
    return statusCode >= 200 && statusCode < 300 ? undefined : `the receiver answered ${statusCode}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return `the receiver did not answer in ${longestMs} ms`;
    const code = error instanceof Error && 'code' in error ? `: ${error.code}` : '';
    return `the receiver could not be reached${code}`;
  }
}
