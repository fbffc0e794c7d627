import type { CstNode, IToken } from 'chevrotain';
import {
  readDecimal,
  readDuration,
  readInteger,
  readMoney,
  readPercent,
  readSize,
  writeDuration,
  writePercent,
} from '../syntax/quantities.ts';
import { type Doc, text, words } from './doc.ts';
import type { Printing } from './printing.ts';
import { formatDecimal, formatInteger, formatMoney, formatSize } from './write-number.ts';

const whenRead = <Value>(value: Value | undefined, write: (value: Value) => string): string | undefined =>
  value === undefined ? undefined : write(value);

/** The one form of each kind of number, by the name of its token; all other tokens stay as they were written. */
const forms: ReadonlyMap<string, (image: string) => string | undefined> = new Map([
  ['Int', (image) => whenRead(readInteger(image), formatInteger)],
  ['Decimal', (image) => whenRead(readDecimal(image), formatDecimal)],
  ['Percent', (image) => whenRead(readPercent(image), writePercent)],
  ['Duration', (image) => whenRead(readDuration(image), writeDuration)],
  ['Money', (image) => whenRead(readMoney(image), ({ nanos, currency }) => formatMoney(nanos, currency))],
  ['Size', (image) => whenRead(readSize(image), formatSize)],
] as const);

/** The text of a token that may be a number. */
export function numberText({ tokenType, image }: IToken): string {
  return forms.get(tokenType.name)?.(image) ?? image;
}

/** The number under a key or label. */
export function printNumber(printing: Printing, node: CstNode, key: string): Doc {
  const token = printing.tokenOf(node, key);
  return printing.token(token, text(numberText(token)));
}

/** A number that is a name for something, an edition or a status: its plain digits. */
export function printCode(printing: Printing, node: CstNode): Doc {
  const token = printing.tokenOf(node, 'Int');
  return printing.token(token, text(String(readInteger(token.image) ?? token.image)));
}

export function printLiteral(printing: Printing, node: CstNode): Doc {
  const [key = ''] = Object.keys(node.children).filter((name) => name !== 'unit');
  const unit = printing.reader.node(node, 'unit');
  return words(printNumber(printing, node, key), unit && printUnit(printing, unit));
}

function printUnit(printing: Printing, node: CstNode): Doc {
  if (printing.hasKeyword(node, 'req')) return printing.keywords(node, 'req');
  const direction = printing.reader.has(node, 'direction') ? printing.written(node, 'direction') : undefined;
  return words(direction, printing.keywords(node, 'tok'));
}
