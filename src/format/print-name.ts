import type { IToken } from 'chevrotain';
import { keywords } from '../../grammar/keywords.ts';
import { Name, Word } from '../../grammar/tokens.ts';
import { currencies } from '../syntax/quantities.ts';
import { type Doc, text } from './doc.ts';

const wordForm = Word.PATTERN instanceof RegExp ? new RegExp(`^(?:${Word.PATTERN.source})$`) : /^$/;
const currencyWords: ReadonlySet<string> = new Set(currencies.map((currency) => currency.toLowerCase()));

/** A name without its back-quotes where it is read as the same name without them. */
export function nameDoc(token: IToken, unless?: string): Doc {
  const shown = nameText(token, unless);
  if (isItemWord(shown)) return text(shown, 'as-keyword');
  return currencyWords.has(shown) ? text(shown, 'as-currency') : text(shown);
}

/** `unless`: a keyword that the grammar would read in place of the name. */
export function nameText(token: IToken, unless?: string): string {
  const name = bareName(token);
  return !wordForm.test(name) || isReserved(name) || name === unless ? `\`${name}\`` : name;
}

/** After a dot any word goes. */
export function nameAfterDot(token: IToken): Doc {
  const name = bareName(token);
  return text(wordForm.test(name) ? name : `\`${name}\``);
}

export function bareName({ image }: IToken): string {
  return image.startsWith('`') ? image.slice(1, -1) : image;
}

const isReserved = (name: string): boolean => {
  const keyword = keywords.get(name);
  return keyword !== undefined && !keyword.soft.CATEGORIES?.includes(Name);
};

/** First on its line, the word begins an item. */
const isItemWord = (name: string): boolean => {
  const keyword = keywords.get(name);
  return keyword !== undefined && keyword.hard !== keyword.soft;
};
