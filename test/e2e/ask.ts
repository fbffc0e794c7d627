export interface Asked {
  readonly status: number;
  /** What the gateway says of its cache. */
  readonly cache: string | null;
  readonly headers: Headers;
  /** The body, without what the gateway says of its cost behind a stream. */
  readonly text: string;
}

/** Posts to an endpoint of a gateway and reads all that comes back. */
export async function ask(
  url: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const answer = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const cache = answer.headers.get('x-llmpolicy-cache');
  return { status: answer.status, cache, headers: answer.headers, text: text.replace(/^: .*\n\n$/m, '') };
}
