import type { CstNode, IToken } from 'chevrotain';
import type { Expression, Unit } from './ast.ts';
import type { CstReader } from './cst.ts';
import { readDecimal, readDuration, readInteger, readMoney, readPercent } from './quantities.ts';

/** What a number may be, for the message when a token has the right shape and yet no exact value. */
const exactness: Readonly<Record<string, string>> = {
  Money: 'money has at most six decimal places and stays below 9,007,199 units',
  Percent: 'a percentage has at most two decimal places',
  Duration: 'a duration is a whole number of milliseconds',
  Decimal: 'a decimal number has at most four places',
  Int: 'a whole number stays within 9,007,199,254,740,991',
};

/** The value of a number token; one that cannot be held exactly is reported, and read as 1, with which nothing else is wrong. */
export function exactNumber(reader: CstReader, token: IToken, read: (text: string) => number | undefined): number {
  const value = read(token.image);
  if (value !== undefined) return value;
  const help = exactness[token.tokenType.name] ?? 'write a number that can be held exactly';
  reader.report('inexact-number', reader.spanOf(token), `\`${token.image}\` cannot be held exactly`, help);
  return 1;
}

export function buildLiteral(reader: CstReader, node: CstNode): Expression {
  const span = reader.spanOf(node);
  const token = (key: string) => reader.token(node, key);
  const text = token('String');
  if (text) return { kind: 'literal', span, type: 'string', value: reader.text(text) ?? '' };
  const money = token('Money');
  if (money) {
    const currency = readMoney(money.image)?.currency ?? 'USD';
    const value = exactNumber(reader, money, (image) => readMoney(image)?.nanos);
    return { kind: 'literal', span, type: 'money', value, currency };
  }
  const percent = token('Percent');
  if (percent) return { kind: 'literal', span, type: 'percent', value: exactNumber(reader, percent, readPercent) };
  const duration = token('Duration');
  if (duration) return { kind: 'literal', span, type: 'duration', value: exactNumber(reader, duration, readDuration) };
  const decimal = token('Decimal');
  if (decimal) return { kind: 'literal', span, type: 'decimal', value: exactNumber(reader, decimal, readDecimal) };
  const integer = token('Int');
  if (integer) {
    // A malformed number was reported by the lexer; nothing more is said of it here.
    if (!/^\d+(\.\d+)?[kM]?$/.test(integer.image)) return { kind: 'invalid', span };
    const value = exactNumber(reader, integer, readInteger);
    return { kind: 'literal', span, type: 'integer', value, unit: buildUnit(reader, reader.node(node, 'unit')) };
  }
  if (token('TrueKeyword')) return { kind: 'literal', span, type: 'bool', value: true };
  if (token('FalseKeyword')) return { kind: 'literal', span, type: 'bool', value: false };
  return { kind: 'invalid', span };
}

function buildUnit(reader: CstReader, node: CstNode | undefined): Unit | undefined {
  if (!node) return undefined;
  if (reader.has(node, 'ReqKeyword')) return 'req';
  const direction = reader.token(node, 'direction')?.image;
  return direction === 'input' || direction === 'output' ? `${direction} tok` : 'tok';
}
