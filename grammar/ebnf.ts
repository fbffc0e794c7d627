import type { ISerializedGast, TokenType } from 'chevrotain';
import { keywords } from './keywords.ts';
import { PolicyParser } from './parser.ts';
import { lexedTokens } from './tokens.ts';

/** A production of the grammar as Chevrotain describes it: the parts of its kinds that are read here. */
interface Production {
  readonly type: string;
  readonly name?: string;
  readonly nonTerminalName?: string;
  readonly label?: string;
  readonly terminalLabel?: string;
  readonly definition?: readonly Production[];
  readonly separator?: Production;
}

/** The grammar in EBNF, made from the parser and the token table, so that it cannot say anything else than they do. */
export function writeEbnf(): string {
  const productions = new PolicyParser().getSerializedGastProductions() as readonly ISerializedGast[];
  const rules = (productions as readonly Production[]).map(
    (rule) => `${rule.name} = ${writeSequence(rule.definition ?? [])} ;`,
  );
  const tokens = lexedTokens.filter(isGrammarToken).map((token) => `${tokenName(token)} = ? ${patternOf(token)} ? ;`);
  const names = `NAME = ? a WORD that is none of ${reservedWords().join(' ')}, or any WORD in back-quotes ? ;`;
  return [
    '(* Generated from the parser and the token table by `npm run generate`. *)',
    '',
    ...rules,
    '',
    '(* Tokens: the longest match counts; `#` begins a comment, blanks and line ends only separate. *)',
    '',
    ...tokens,
    names,
    'ANY_WORD = ? any WORD, keywords included ? ;',
    '',
  ].join('\n');
}

function writeSequence(definition: readonly Production[]): string {
  return definition.map(write).join(' , ');
}

function write(production: Production): string {
  const inner = () => writeSequence(production.definition ?? []);
  switch (production.type) {
    case 'NonTerminal':
      return production.nonTerminalName ?? production.name ?? '';
    case 'Terminal':
      return writeTerminal(production);
    case 'Option':
      return `[ ${inner()} ]`;
    case 'Repetition':
      return `{ ${inner()} }`;
    case 'RepetitionMandatory':
      return `${inner()} , { ${inner()} }`;
    case 'RepetitionWithSeparator':
      return `[ ${inner()} , { ${write(production.separator ?? production)} , ${inner()} } ]`;
    case 'RepetitionMandatoryWithSeparator':
      return `${inner()} , { ${write(production.separator ?? production)} , ${inner()} }`;
    case 'Alternation':
      // `=` is taken for `==` only to say so.
      return `( ${(production.definition ?? [])
        .map(write)
        .filter((text) => text !== '"="')
        .join(' | ')} )`;
    default:
      return inner();
  }
}

/** Keywords and symbols stand in quotes, other tokens in capitals. */
function writeTerminal({ name = '', label = '' }: Production): string {
  const quoted = /^`(.*)`$/.exec(label);
  return quoted ? `"${quoted[1]}"` : constantCase(name);
}

const constantCase = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

const tokenName = ({ name }: TokenType): string => constantCase(name);

/** Tokens that the grammar speaks of: not symbols, which stand for themselves, nor what is only there to be refused. */
function isGrammarToken(token: TokenType): boolean {
  const isSymbol = /^`.*`$/.test(token.LABEL ?? '');
  return !isSymbol && token.LABEL !== undefined;
}

function patternOf({ PATTERN }: TokenType): string {
  return PATTERN instanceof RegExp ? PATTERN.source : String(PATTERN);
}

function reservedWords(): string[] {
  return [...keywords.values()].filter(({ reserved }) => reserved).map(({ word }) => word);
}
