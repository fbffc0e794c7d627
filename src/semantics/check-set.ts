import { suggest } from '../diagnostics/suggest.ts';
import type { SetParameter } from '../syntax/ast.ts';
import { checkOperand, sameType } from './check-operand.ts';
import type { Context } from './context.ts';
import { describeType, listWords } from './describe.ts';
import type { Environment } from './environment.ts';
import type { CheckedSet, Obligation } from './typed.ts';
import type { Type } from './types.ts';

/** Parameters of a request that a policy may write. `off` takes tools away. */
function parameters(environment: Environment): ReadonlyMap<string, Type> {
  const effort = environment.attributes.get('request.reasoning_effort')?.type ?? { kind: 'string' };
  return new Map<string, Type>([
    ['reasoning_effort', effort],
    ['temperature', { kind: 'decimal' }],
    ['top_p', { kind: 'decimal' }],
    ['max_output_tokens', { kind: 'tokens' }],
    ['service_tier', { kind: 'string' }],
    ['system', { kind: 'string' }],
  ]);
}

export function checkSet(context: Context, item: SetParameter, base: Obligation): CheckedSet | undefined {
  const { name, value } = item;
  const known = parameters(context.environment);
  if (name.text === 'tools' || value === 'off') {
    if (name.text === 'tools' && value === 'off') return { ...base, parameter: 'tools', value };
    return context.findings.error('bad-value', item.span, '`off` and `tools` go together', {
      help: 'write `set tools = off`',
    });
  }
  const type = known.get(name.text);
  if (!type) {
    const near = suggest(name.text, [...known.keys(), 'tools']);
    return context.findings.error('unknown-name', name.span, `no parameter is called \`${name.text}\``, {
      help: near ? `did you mean \`${near}\`?` : `they are ${listWords([...known.keys(), 'tools'], 9)}`,
    });
  }
  const operand = checkOperand(context, value, { expected: type });
  if (!operand) return undefined;
  if (sameType(type, operand.type)) return { ...base, parameter: name.text, value: operand };
  return context.findings.error(
    'type-mismatch',
    value.span,
    `\`${name.text}\` is ${describeType(type)}, and this is ${describeType(operand.type)}`,
    {
      help: 'give it a value of its type',
    },
  );
}
