import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { SetParameter } from '../syntax/ast.ts';
import { checkOperand, sameType } from './check-operand.ts';
import type { Context } from './context.ts';
import { describeType, exampleOf, listWords } from './describe.ts';
import type { Environment } from './environment.ts';
import { mendLiteral } from './mend-literal.ts';
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
    return wrongOff(context, item);
  }
  const type = known.get(name.text);
  if (!type) {
    const near = suggest(name.text, [...known.keys(), 'tools']);
    const mend = didYouMean(name.span, near, `they are ${listWords([...known.keys(), 'tools'], 9)}`);
    return context.findings.error('unknown-name', name.span, `no parameter is called \`${name.text}\``, mend);
  }
  const operand = checkOperand(context, value, { expected: type });
  if (!operand) return undefined;
  if (sameType(type, operand.type)) return { ...base, parameter: name.text, value: operand };
  return context.findings.error(
    'type-mismatch',
    value.span,
    `\`${name.text}\` is ${describeType(type)}, and this is ${describeType(operand.type)}`,
    mendLiteral(type, value) ?? { help: `give it a value such as \`${exampleOf(type)}\`` },
  );
}

/** Tools can only be taken away, and nothing else can. */
function wrongOff(context: Context, { name, value }: SetParameter): undefined {
  if (value === 'off') {
    return context.findings.error('bad-value', name.span, `only \`tools\` can be \`off\`, not \`${name.text}\``, {
      help: 'leave the rule out where the parameter should stay as the request has it',
    });
  }
  return context.findings.error('bad-value', value.span, '`tools` can only be `off`', {
    help: 'write `set tools = off`',
    fix: [{ span: value.span, newText: 'off' }],
  });
}
