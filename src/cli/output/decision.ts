import picocolors from 'picocolors';
import type { Decision, PlannedAttempt, TraceStep } from '../../decide/decision.ts';

/** A decision for a person: the outcome first, then why. */
export function renderDecision(decision: Decision): string {
  const { policy, route, attempts, reject, removed, trace } = decision;
  const lines = [
    row('policy', `${policy.name}  ${picocolors.dim(policy.digest.slice(0, 19))}…`),
    ...(route === null ? [] : [row('route', route)]),
    ...(reject ? [row('reject', picocolors.red(`${reject.status} ${reject.code}: ${reject.message}`))] : []),
    ...attempts.map((attempt, index) => row(index === 0 ? 'plan' : '', `${index + 1}. ${renderAttempt(attempt)}`)),
    ...removed.map((entry, index) =>
      row(index === 0 ? 'removed' : '', `${entry.model} by ${entry.rule}${entry.because ? `: ${entry.because}` : ''}`),
    ),
    ...trace.flatMap((step, index) => renderStep(step, index === 0)),
  ];
  return lines.join('\n');
}

const row = (title: string, text: string): string => `${picocolors.bold(title.padEnd(8))} ${text}`;

function renderAttempt({ model, provider, upstream, timeoutMs, after }: PlannedAttempt): string {
  const notes = [
    ...(after ? [`after ${after.join(', ')}`] : []),
    ...(timeoutMs === null ? [] : [`timeout ${timeoutMs} ms`]),
  ];
  return [picocolors.green(model), picocolors.dim(`${provider}/${upstream}`), ...notes].join('  ');
}

function renderStep({ rule, did, at, condition, holds, read }: TraceStep, first: boolean): string[] {
  const values = Object.entries(read).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    `${first ? '\n' : ''}${holds ? picocolors.bold(rule) : rule}  ${did}  ${picocolors.dim(at)}`,
    ...(condition === null ? [] : [`  ${picocolors.dim('asks')}  ${condition}`]),
    ...(values.length === 0 ? [] : [`  ${picocolors.dim('reads')} ${values.join(', ')}`]),
  ];
}
