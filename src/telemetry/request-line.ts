import type { AttemptEntry, RequestEntry } from './request-entry.ts';

/** What JSON writes as it stands. */
const plain = /^[ !#-[\]-~]*$/;

const written = (text: string | null): string => {
  if (text === null) return 'null';
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
};

/**
 * A request as one JSON object's members, without its braces. Written member by member: there is one for each request, and
 * `JSON.stringify` takes several times as long.
 */
export function requestMembers(entry: RequestEntry): string {
  const { usage, guards, cache } = entry;
  return (
    `"requestId":${written(entry.requestId)},"method":${written(entry.method)},"path":${written(entry.path)},` +
    `"endpoint":"${entry.endpoint}","status":${entry.status},"outcome":${written(entry.outcome)},"key":${written(entry.key)},` +
    `"modelAsked":${written(entry.modelAsked)},"policy":${written(entry.policy)},"route":${written(entry.route)},` +
    `"modelServed":${written(entry.modelServed)},"attempts":[${entry.attempts.map(attemptObject).join(',')}],` +
    `"usage":${usage === null ? 'null' : JSON.stringify(usage)},"usageDoubt":${written(entry.usageDoubt)},` +
    `"cost":${written(entry.cost)},"latencyMs":${entry.latencyMs},` +
    `"overheadMs":${entry.overheadMs},"firstTokenMs":${entry.firstTokenMs},"error":${written(entry.error)}` +
    (guards === undefined ? '' : `,"guards":${JSON.stringify(guards)}`) +
    (cache === undefined ? '' : `,"cache":${JSON.stringify(cache)}`)
  );
}

function attemptObject(attempt: AttemptEntry): string {
  const { model, failure, ms } = attempt;
  return failure === undefined ? `{"model":${written(model)},"ms":${ms}}` : JSON.stringify(attempt);
}
