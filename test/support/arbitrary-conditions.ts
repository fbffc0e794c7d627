import fc from 'fast-check';
import { type Draft, type DraftArbitrary, fixed, joined, named } from './arbitrary-names.ts';

const relation = fixed('==', '!=', '<', '<=', '>', '>=');
const equality = fixed('==', '!=');
const compared = (operand: string, ...constants: readonly string[]): DraftArbitrary =>
  joined(operand, relation, fixed(...constants));

const teamOrNone: DraftArbitrary = fc.constant((names) =>
  names.teamIsKnown ? 'caller.team' : 'caller.team ?? "none"',
);

/** Constants that facts are drawn from as well, so that both truths of a condition are met often. */
const requestAtom: DraftArbitrary = fc.oneof(
  fixed('request.stream', 'request.has_tools', 'request.has_images', 'caller.trusted ?? false'),
  compared('request.input_tokens', '0 tok', '999 tok', '1k tok', '120k tok'),
  fixed(
    '1k tok < request.input_tokens',
    'batch == request.class',
    'request.quota >= 5 req',
    '$2 > caller.allowance ?? $1',
  ),
  compared('request.messages', '0', '1', '3'),
  compared('request.difficulty ?? 0.5', '0.0', '0.5', '0.7'),
  compared('request.deadline ?? 10m', '0s', '10m', '1.5h'),
  compared('request.discount ?? 5%', '0%', '2.5%', '100%'),
  compared('caller.allowance ?? $1', '$0', '$1', '$2.5'),
  joined('request.class', equality, fixed('interactive', 'batch')),
  joined('caller.tier', equality, fixed('free', 'gold', 'internal')),
  fixed('request.endpoint in { chat, embeddings }', 'caller.tier not in { gold, internal }'),
  fixed('request.difficulty is known', 'request.deadline is not known', '(request.user ?? caller.user) is known'),
  fixed('(request.deadline is known and request.deadline > 10m)', '(caller.user is not known or caller.user != "a")'),
  joined(teamOrNone, equality, fixed('"a"', '"b"')),
  joined(teamOrNone, 'in', fixed('{ "a", "b" }', '{ "ä" }')),
  joined(
    fixed('request.id', 'request.user ?? caller.user ?? "none"'),
    'like',
    fixed('"a*"', '"*b"', '"*ab*"', '"a"', '"*"'),
  ),
  joined(fixed('request.id', 'request.user ?? "none"'), 'matches', fixed('/^a+b/', '/(?i)B/', '/x|ä/')),
  joined('request.prompt', fixed('== "a"', '!= "a"', 'like "*b*"', 'matches /b$/', 'in { "a", "b" }')),
  fixed('"phi" in request.tags', '"eu" not in request.tags', 'tools in request.needs', 'fast in request.wishes'),
  fixed('requested is known'),
  named('models', (name) => `${name}.up`),
  named('models', (name) => `${name}.latency ?? 1s >= 500ms`),
  named('models', (name) => `${name}.region == eu`),
  named('schedules', (name) => `now in ${name}`),
  named('budgets', (name) => `budget.${name}.used >= 50%`),
  named('limits', (name) => `limit.${name}.exhausted`),
  named('limits', (name) => `limit.${name}.used > 80%`),
);

/** What only a rule that is asked for each model may read. */
const modelAtom: DraftArbitrary = fc.oneof(
  fixed('model.up', 'model.vision', 'not model.zero_retention', 'model.region != eu', 'model.region == us'),
  named('providers', (name) => `model.provider == ${name}`),
  named('models', (name) => `model == ${name}`),
  named('models', (name) => `model != ${name}`),
  named('sets', (name) => `model in ${name}`, 'model.tools'),
  fixed('model in requested', 'model.name in caller.models', 'model.name not in caller.models'),
  fixed('model.price_out > $5', 'model.price_in <= $1', 'model.latency ?? 2s > 1s', 'model.latency is known'),
  fixed('request.input_tokens > model.context_window', 'model.max_output < 1k tok'),
  fixed('model.grade ?? low == high', 'model.grade is known', 'model.level > 2', 'model.maker like "*a"'),
  fixed('"chat" in model.uses', 'model.cost_share == 2.5%', 'model.score >= 0.5', 'model.lag < 1s'),
);

/** What the routes chose, for rules behind them. */
const takenAtom: DraftArbitrary = fc.oneof(
  named('routes', (name) => `route == \`${name}\``),
  named('routes', (name) => `route in { \`${name}\`, \`otherwise\` }`),
  named('branches', (name) => `(branch is known and branch == \`${name}\`)`),
);

/** An atom, or a few of them joined; each joint in parentheses. */
const combined = (atom: DraftArbitrary): DraftArbitrary =>
  fc.letrec<{ condition: Draft }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'conditions' },
      { weight: 5, arbitrary: atom },
      { weight: 1, arbitrary: joined('not (', tie('condition'), ')') },
      { weight: 2, arbitrary: joined('(', tie('condition'), fixed('and', 'or'), tie('condition'), ')') },
    ),
  })).condition;

/** What a `let` may stand for, so that it may be used anywhere. */
export const letCondition: DraftArbitrary = combined(requestAtom).map((draft) => (names) => {
  return draft({ ...names, conditions: [], teamIsKnown: false });
});

const useOfLet = named('conditions');

export const requestCondition: DraftArbitrary = combined(fc.oneof({ weight: 12, arbitrary: requestAtom }, useOfLet));
export const modelCondition: DraftArbitrary = combined(
  fc.oneof({ weight: 3, arbitrary: modelAtom }, { weight: 2, arbitrary: requestAtom }, useOfLet),
);
export const takenCondition: DraftArbitrary = combined(
  fc.oneof({ weight: 2, arbitrary: takenAtom }, { weight: 3, arbitrary: requestAtom }, useOfLet),
);
/** Reads the model for certain, so that the rule holds for attempts. */
export const attemptCondition: DraftArbitrary = joined(modelAtom, fixed('and', 'or'), modelCondition);
