import type { Decision, PlannedAttempt, TraceStep } from '../../decide/decision.ts';
import { resultColours } from './colours.ts';

/** A decision for a person: the outcome first, then why. */
export function renderDecision(decision: Decision): string {
  const { policy, route, attempts, reject, removed, trace, facts } = decision;
  const lines = [
    row('policy', `${policy.name}  ${resultColours.dim(policy.digest.slice(0, 19))}…`),
    ...(route === null ? [] : [row('route', route)]),
    ...(reject ? [row('reject', resultColours.red(`${reject.status} ${reject.code}: ${reject.message}`))] : []),
    ...attempts.map((attempt, index) =>
      row(index === 0 ? 'plan' : '', `${index + 1}. ${renderAttempt(attempt, facts)}`),
    ),
    ...removed.map((entry, index) =>
      row(index === 0 ? 'removed' : '', `${entry.model} by ${entry.rule}${entry.because ? `: ${entry.because}` : ''}`),
    ),
    ...trace.flatMap((step, index) => renderStep(step, index === 0)),
  ];
  return lines.join('\n');
}

const row = (title: string, text: string): string => `${resultColours.bold(title.padEnd(8))} ${text}`;

function renderAttempt(
  { model, provider, upstream, timeoutMs, after }: PlannedAttempt,
  facts: Decision['facts'],
): string {
  const latency = facts[`${model}.latency`];
  const notes = [
    ...(facts[`${model}.up`] === false ? [resultColours.red('down: tried last')] : []),
    ...(typeof latency === 'string' ? [`latency ${latency}`] : []),
    ...(after ? [`after ${after.join(', ')}`] : []),
    ...(timeoutMs === null ? [] : [`timeout ${timeoutMs} ms`]),
  ];
  return [resultColours.green(model), resultColours.dim(`${provider}/${upstream}`), ...notes].join('  ');
}

function renderStep({ rule, did, at, condition, holds, read }: TraceStep, first: boolean): string[] {
  const values = Object.entries(read).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    `${first ? '\n' : ''}${holds ? resultColours.bold(rule) : rule}  ${did}  ${resultColours.dim(at)}`,
    ...(condition === null ? [] : [`  ${resultColours.dim('asks')}  ${condition}`]),
    ...(values.length === 0 ? [] : [`  ${resultColours.dim('reads')} ${values.join(', ')}`]),
  ];
}
