import type { IToken } from 'chevrotain';
import { comment as commentDoc, type Doc } from './doc.ts';

/** A comment as it will be printed: text, and the token in the source that it was. */
interface Attached {
  /** Comments on lines of their own, by the token that they stand before. */
  readonly before: ReadonlyMap<IToken, readonly IToken[]>;
  /** Comments at the end of a line, by the last token on it. */
  readonly after: ReadonlyMap<IToken, IToken>;
  /** Comments after the last token. */
  readonly last: readonly IToken[];
}

/** Gives out each comment once, at the token that it belongs to. */
export class Comments {
  readonly #before: Map<IToken, readonly IToken[]>;
  readonly #after: Map<IToken, IToken>;
  readonly last: readonly IToken[];

  constructor({ before, after, last }: Attached) {
    this.#before = new Map(before);
    this.#after = new Map(after);
    this.last = last;
  }

  takeBefore(token: IToken): readonly IToken[] {
    const found = this.#before.get(token) ?? [];
    this.#before.delete(token);
    return found;
  }

  takeAfter(token: IToken): Doc[] {
    const found = this.#after.get(token);
    this.#after.delete(token);
    return found ? [commentDoc(commentText(found), false)] : [];
  }
}

export const commentText = ({ image }: IToken): string => image.trimEnd();

/**
 * Finds the place of every comment: one behind a token on the same line belongs to that token, any other to the token that
 * comes next. Tokens that are not printed as they stand (commas, needless parentheses) hold none; their neighbours do.
 */
export function attachComments(
  tokens: readonly IToken[],
  comments: readonly IToken[],
  holdsComments: (token: IToken) => boolean,
): Comments {
  const before = new Map<IToken, readonly IToken[]>();
  const after = new Map<IToken, IToken>();
  let waiting: IToken[] = [];
  let previous: IToken | undefined;
  let holder: IToken | undefined;
  let next = 0;
  for (const comment of comments) {
    for (let token = tokens[next]; token && token.startOffset < comment.startOffset; token = tokens[++next]) {
      previous = token;
      if (!holdsComments(token)) continue;
      if (waiting.length > 0) before.set(token, waiting);
      waiting = [];
      holder = token;
    }
    const endsLine = previous?.endLine === comment.startLine;
    if (endsLine && holder && !after.has(holder) && waiting.length === 0) after.set(holder, comment);
    else waiting.push(comment);
  }
  const following = tokens.slice(next).find(holdsComments);
  if (following && waiting.length > 0) before.set(following, waiting);
  return new Comments({ before, after, last: following ? [] : waiting });
}
