/** Server-sent events that are only data. */
export function dataEvents(events: readonly unknown[], end = ''): Buffer {
  return Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + end);
}

/** Server-sent events that are named as their data's type, with the line ends of some proxies. */
export function typedEvents(events: readonly { readonly type: string }[], lineEnd = '\n'): Buffer {
  const write = (event: { readonly type: string }) =>
    `event: ${event.type}${lineEnd}data: ${JSON.stringify(event)}${lineEnd}${lineEnd}`;
  return Buffer.from(events.map(write).join(''));
}
