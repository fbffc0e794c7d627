import fc, { type Arbitrary } from 'fast-check';
import { keywords } from '../../grammar/keywords.ts';
import { Name } from '../../grammar/tokens.ts';

/**
 * Random policies, right in their syntax and most likely wrong in all else. Every construct is a list of tokens first; they
 * become a text with blanks, line ends and comments between any two of them.
 */
export type Tokens = readonly string[];
type TokensArbitrary = Arbitrary<Tokens>;

/** Marks a name that would be a keyword if it were first on its line. */
const nameMark = '\u0001';

const one = (...words: readonly string[]): TokensArbitrary => fc.constantFrom(...words).map((word) => [word]);
const written = (words: string): TokensArbitrary => fc.constant(words.split(' '));
const all = (...parts: readonly TokensArbitrary[]): TokensArbitrary => fc.tuple(...parts).map((lists) => lists.flat());
const maybe = (...parts: readonly TokensArbitrary[]): TokensArbitrary =>
  fc.option(all(...parts), { nil: [] }) as TokensArbitrary;
const either = (...parts: readonly TokensArbitrary[]): TokensArbitrary => fc.oneof(...parts);

/** Some of the clauses, in any order. */
const clauses = (...parts: readonly TokensArbitrary[]): TokensArbitrary =>
  fc.shuffledSubarray([...parts]).chain((chosen) => (chosen.length === 0 ? fc.constant([]) : all(...chosen)));

function list(element: TokensArbitrary, size: { minLength?: number; maxLength?: number } = {}): TokensArbitrary {
  return fc.array(element, { minLength: 1, maxLength: 4, ...size }).map((elements) => elements.flat());
}

function commaList(element: TokensArbitrary, minLength = 1): TokensArbitrary {
  return fc
    .array(element, { minLength, maxLength: 5 })
    .map((elements) => elements.flatMap((tokens, index) => (index === 0 ? tokens : [',', ...tokens])));
}

/** Elements in brackets, sometimes with a comma after the last one. */
function bracketed(open: string, element: TokensArbitrary, close: string, minLength = 0): TokensArbitrary {
  return fc.tuple(commaList(element, minLength), fc.boolean()).map(([elements, comma]) => {
    return [open, ...elements, ...(comma && elements.length > 0 ? [','] : []), close];
  });
}

// Names and constants

const softWords = [...keywords.values()].filter(({ soft }) => soft.CATEGORIES?.includes(Name)).map(({ word }) => word);
const itemWords = [...keywords.values()].filter(({ soft, hard }) => soft !== hard).map(({ word }) => word);
const words = [
  'haiku',
  'gpt-4.1-mini',
  '_',
  'a-b-c',
  'Model9',
  'a_1',
  'long-name-that-fills-a-line',
  'request',
  'caller',
];
const quotedWords = [
  '`gpt 4`',
  '`when`',
  '`not`',
  '`true`',
  '`usd`',
  '`eur`',
  '`cache`',
  '`off`',
  '`haiku`',
  '`4x`',
  '`é`',
];

/** In these places, three keywords are read as such: a name of that spelling needs its back-quotes. */
const keywordsInPlaces = new Set(['off', 'everyone', 'nothing']);
const mark = (word: string): string => (itemWords.includes(word) ? nameMark + word : word);
export const arbitraryName: TokensArbitrary = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom(...softWords.filter((word) => !keywordsInPlaces.has(word))) },
    { weight: 2, arbitrary: fc.constantFrom(...quotedWords) },
  )
  .map((word) => [mark(word)]);
const segment = one('team', 'max_output', 'when', 'and', 'cache', 'off', '`4x`', '`a b`');
export const arbitraryPath: TokensArbitrary = fc
  .tuple(arbitraryName, fc.array(segment, { maxLength: 2 }))
  .map(([name, segments]) => [...name, ...segments.flatMap((tokens) => ['.', ...tokens])]);
const paths = commaList(arbitraryPath);
const model = either(arbitraryName, one('openai/gpt-4.1-mini', 'a-1/b.c:d@2+e/f', 'x/9'));
const names = bracketed('{', arbitraryName, '}', 1);

const whole = fc.oneof(fc.nat(3000), fc.integer({ min: 0, max: 2 ** 53 - 1 }));
const integer: TokensArbitrary = fc
  .oneof(
    whole.map(String),
    fc.nat(5000).map((value) => `${value}k`),
    fc.nat(5000).map((value) => `${value / 1000}M`),
  )
  .map((text) => [text]);
const places = (most: number) =>
  fc
    .tuple(fc.nat(2000), fc.nat(10 ** most - 1))
    .map(([before, after]) => `${before}.${String(after).padStart(most, '0')}`);
const percent: TokensArbitrary = fc.oneof(fc.nat(150).map(String), places(2)).map((number) => [`${number}%`]);
const duration: TokensArbitrary = fc
  .oneof(
    fc.tuple(fc.nat(5000), fc.constantFrom('ms', 's', 'm', 'h', 'd')).map(([count, unit]) => `${count}${unit}`),
    fc.constantFrom('1.5h', '0.25s', '60s', '24h', '00m'),
  )
  .map((text) => [text]);
const money: TokensArbitrary = fc
  .tuple(fc.constantFrom('$', 'usd ', 'eur  ', 'gbp\t'), fc.oneof(fc.nat(900).map(String), places(2), places(6)))
  .map(([sign, amount]) => [sign + amount]);
const decimal: TokensArbitrary = places(4).map((text) => [text]);
const size = one('1kB', '1000B', '64B', '2500B', '3000000B', '10MB', '0B');
const string: TokensArbitrary = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => JSON.stringify(text)),
    fc.constantFrom('"\\u00e9\\/ # no comment"'),
  )
  .map((text) => [text]);
const regex = one('/^a+b$/', '/[/#]"/', '/\\/x/', '/(?i)phi/');
const unit = either(written('tok'), written('req'), written('input tok'), written('output tok'));
const count = all(integer, maybe(unit));
export const arbitraryLiteral: TokensArbitrary = either(
  string,
  money,
  percent,
  duration,
  decimal,
  count,
  one('true', 'false'),
);

// Expressions

const atom = either(arbitraryLiteral, model, arbitraryPath);
const set = bracketed('{', atom, '}');
const value = either(arbitraryLiteral, model, set);
const relation = one('==', '!=', '<', '<=', '>', '>=');

/** A few of them with a keyword between each two. */
const joinedBy = (keyword: string, operand: TokensArbitrary): TokensArbitrary =>
  fc
    .oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 3 }) })
    .chain((length) => fc.array(operand, { minLength: length, maxLength: length }))
    .map((operands) => operands.flatMap((tokens, index) => (index === 0 ? tokens : [keyword, ...tokens])));

type Expressions = Readonly<
  Record<'expression' | 'conjunction' | 'negation' | 'comparison' | 'coalesce' | 'primary', Tokens>
>;

const expressions = fc.letrec<Expressions>((tie) => ({
  expression: joinedBy('or', tie('conjunction')),
  conjunction: joinedBy('and', tie('negation')),
  negation: all(fc.array(fc.constant('not'), { maxLength: 2, size: 'xsmall' }), tie('comparison')),
  comparison: all(
    tie('coalesce'),
    either(
      fc.constant([]),
      all(relation, tie('coalesce')),
      all(maybe(written('not')), written('in'), tie('coalesce')),
      all(written('like'), string),
      all(written('matches'), regex),
      all(written('is'), maybe(written('not')), written('known')),
    ),
  ),
  coalesce: joinedBy('??', tie('primary')),
  primary: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'parentheses' },
    { weight: 4, arbitrary: atom },
    { weight: 1, arbitrary: set },
    { weight: 3, arbitrary: all(written('('), tie('expression'), written(')')) },
    { weight: 1, arbitrary: all(written('models where ('), tie('expression'), written(')')) },
  ),
}));
export const arbitraryExpression: TokensArbitrary = expressions.expression;
const coalesce: TokensArbitrary = expressions.coalesce;

// Rules

const when = all(written('when'), arbitraryExpression);
const each = all(written('for each'), paths);
const salt = all(written('salt'), string);
const reject = all(written('reject'), integer, maybe(string));
const target = either(model, set, all(written('models where ('), arbitraryExpression, written(')')));
const pick = all(
  either(
    all(maybe(one('cheapest', 'fastest'), written('of')), target),
    all(written('spread of'), target, written('on'), coalesce, maybe(salt)),
  ),
  clauses(all(written('after'), names), all(written('timeout'), duration), all(written('first token'), duration)),
);
export const arbitraryPlan: TokensArbitrary = either(all(written('use'), joinedBy('then', pick)), reject);
const plan = arbitraryPlan;
const retry = all(
  written('retry'),
  integer,
  written('on'),
  names,
  maybe(written('backoff'), duration, written('..'), duration),
);
const fallback = all(
  written('fallback on'),
  names,
  clauses(all(written('max'), integer, written('attempts')), all(written('within'), duration)),
);
const destination = all(plan, clauses(retry, fallback));
const share = all(maybe(written('as'), arbitraryName), destination);
const split = all(
  written('split'),
  arbitraryName,
  written('on'),
  coalesce,
  clauses(salt, when),
  written('{'),
  list(all(percent, share)),
  written('otherwise'),
  share,
  written('}'),
);
const note = all(written('@'), arbitraryName, written('('), commaList(value), written(')'));
const notes = list(note, { minLength: 0, maxLength: 2 });
const route = all(written('route'), arbitraryName, when, destination);
const routes = all(
  written('routes {'),
  list(all(notes, either(route, split)), { minLength: 0 }),
  written('otherwise'),
  destination,
  written('}'),
);

const per = all(
  written('per'),
  either(one('second', 'min', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'ever'), duration),
);
const threshold = all(written('at'), percent, either(all(written('notify'), arbitraryName), plan));
const taken = either(written('otherwise'), arbitraryName);
const expectation = either(
  all(written('plan'), bracketed('[', model, ']')),
  all(written('route'), taken),
  all(written('served'), either(written('nothing'), written('`nothing`'), model)),
  all(written('removed'), model, written('by'), arbitraryName),
  reject,
  all(one('budget', 'limit', 'guard', 'cache', 'notify'), arbitraryName),
  all(one('tag', 'set', 'cap'), arbitraryName, written('='), value),
  all(written('replaced by'), arbitraryName),
);
const test = all(
  written('test'),
  string,
  written('{ given'),
  bracketed('{', all(arbitraryPath, written(':'), value), '}'),
  maybe(written('down'), bracketed('{', all(model, maybe(written(':'), arbitraryName)), '}')),
  list(all(written('expect'), expectation), { minLength: 0, maxLength: 5 }),
  written('}'),
);
const time = one('00:00', '09:30', '18:00', '24:00');
const days = all(arbitraryName, maybe(written('..'), arbitraryName));
const hours = all(commaList(days), time, written('..'), time, string);

/** Each kind of item, by its keyword. */
export const arbitraryItems: Readonly<Record<string, TokensArbitrary>> = {
  let: all(written('let'), arbitraryName, written('='), arbitraryExpression),
  schedule: all(written('schedule'), arbitraryName, written('='), commaList(hours)),
  deny: all(written('deny'), one('model', 'request'), when, maybe(written('because'), string)),
  require: all(written('require'), arbitraryExpression, maybe(when), written('else'), reject),
  routes,
  retry,
  fallback,
  budget: all(
    written('budget'),
    arbitraryName,
    coalesce,
    per,
    clauses(each, when),
    list(threshold, { minLength: 0, maxLength: 4 }),
  ),
  limit: all(
    written('limit'),
    arbitraryName,
    either(all(integer, written('concurrent')), all(coalesce, per)),
    clauses(all(written('burst'), coalesce), each, when, all(written('else'), plan)),
  ),
  cap: all(
    written('cap'),
    either(
      all(one('input', 'output'), integer, written('tok')),
      all(written('cost'), money),
      all(written('time'), duration),
    ),
    maybe(when),
  ),
  cache: all(
    written('cache'),
    either(one('off', 'exact'), all(written('semantic above'), percent)),
    clauses(
      all(written('ttl'), duration),
      all(written('scope'), either(written('everyone'), written('`everyone`'), paths)),
      when,
    ),
  ),
  guard: all(
    written('guard'),
    arbitraryName,
    written('on'),
    one('input', 'output', 'both'),
    written('then'),
    one('block', 'redact', 'observe'),
    clauses(all(written('stream'), either(all(written('window'), size), one('buffer', 'observe'))), when),
  ),
  set: all(written('set'), arbitraryName, written('='), either(written('off'), coalesce), maybe(when)),
  tag: all(written('tag'), arbitraryName, written('='), coalesce, maybe(when)),
  mirror: all(written('mirror'), percent, written('on'), coalesce, maybe(salt), written('to'), model, maybe(when)),
  assert: all(
    written('assert'),
    one('never', 'always'),
    either(
      all(written('reaches ('), arbitraryExpression, written(')')),
      written('rejects'),
      all(written('takes'), taken),
      all(written('attempts'), relation, integer),
    ),
    maybe(when),
  ),
  test,
};

const header = all(written('edition 2026 policy'), string, maybe(written('extends'), commaList(string)));
const item = all(notes, either(...Object.values(arbitraryItems)));
export const arbitraryPolicyTokens: TokensArbitrary = all(maybe(header), list(item, { minLength: 0, maxLength: 4 }));

// Texts

const separators = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(' ', ' ', ' ', '  ', '\t') },
  { weight: 4, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n\n', '\n  ') },
  { weight: 2, arbitrary: fc.constantFrom(' #', '\n#', '\n    # ', '\n\n  #', ' #\n #', ' #\n\n#', '#\n    #\n\n#') },
);

/** What follows a name used as a name, even where it is first on its line. */
const afterNames = ['.', ',', ':', ')', '}', ']'];

/** Tokens as a text, with blanks, line ends and comments between them, each comment another. */
export function arbitraryText(tokens: TokensArbitrary): Arbitrary<string> {
  return fc.tuple(tokens, fc.array(separators, { minLength: 1, maxLength: 80 })).map(([list, between]) => {
    let comments = 0;
    const gap = (index: number): string => {
      const separator = between[index % between.length] ?? ' ';
      const broken = separator.replaceAll('#', () => `# ${++comments}  `);
      return comments > 0 && separator.includes('#') ? `${broken}\n` : broken;
    };
    const pieces = list.map((token, index) => {
      const isName = token.startsWith(nameMark);
      const mayBegin = !isName || afterNames.includes(list[index + 1] ?? '');
      return `${mayBegin ? gap(index) : ' '}${isName ? token.slice(nameMark.length) : token}`;
    });
    return `${pieces.join('')}${gap(list.length)}`;
  });
}

export const arbitraryPolicyText: Arbitrary<string> = arbitraryText(arbitraryPolicyTokens);
