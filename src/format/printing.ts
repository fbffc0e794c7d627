import type { CstNode, IToken } from 'chevrotain';
import { keywordToken } from '../../grammar/keywords.ts';
import type { CstReader } from '../syntax/cst.ts';
import { type Comments, commentText } from './comments.ts';
import { comment, type Doc, group, indent, separate, sequence, space, text } from './doc.ts';
import { nameDoc } from './print-name.ts';

/** What printing one text needs: its tree, its comments, and which parentheses to leave out. */
export class Printing {
  readonly reader: CstReader;
  readonly redundant: ReadonlySet<IToken>;
  readonly comments: Comments;

  constructor(reader: CstReader, redundant: ReadonlySet<IToken>, comments: Comments) {
    this.reader = reader;
    this.redundant = redundant;
    this.comments = comments;
  }

  /** A token with the comments that belong to it. */
  token(token: IToken, shown: Doc = text(token.image)): Doc {
    return sequence(this.commentsBefore(token), shown, ...this.comments.takeAfter(token));
  }

  commentsBefore(token: IToken): Doc {
    return sequence(...this.comments.takeBefore(token).map((found) => comment(commentText(found), true)));
  }

  /** The node's keywords of these words, each the first of its kind, a space between each two. */
  keywords(node: CstNode, ...words: readonly string[]): Doc {
    return separate(
      space,
      words.map((word) => this.token(this.tokenOf(node, keywordToken(word).name))),
    );
  }

  hasKeyword(node: CstNode, word: string): boolean {
    return this.reader.has(node, keywordToken(word).name);
  }

  /** The first token under a key or label, as written. */
  written(node: CstNode, key: string): Doc {
    return this.token(this.tokenOf(node, key));
  }

  /** The name under a key; `unless`: a keyword that the grammar would read in its place. */
  name(node: CstNode, key = 'Name', unless?: string): Doc {
    return this.nameOf(this.tokenOf(node, key), unless);
  }

  nameOf(token: IToken, unless?: string): Doc {
    return this.token(token, nameDoc(token, unless));
  }

  /** Content between brackets, broken inside of them if it does not fit. */
  bracketed(open: IToken, content: Doc, close: IToken, edge: Doc): Doc {
    const inside = indent(edge, content, this.commentsBefore(close));
    return group(this.token(open), inside, edge, this.token(close));
  }

  /** The token that a node begins with. */
  firstToken(node: CstNode): IToken {
    const begin = node.location?.startOffset;
    const first = tokensIn(node).find(({ startOffset }) => startOffset === begin);
    return required(first, node, 'first token');
  }

  tokenOf(node: CstNode, key: string): IToken {
    return required(this.reader.token(node, key), node, key);
  }

  nodeOf(node: CstNode, key: string): CstNode {
    return required(this.reader.node(node, key), node, key);
  }
}

function tokensIn(node: CstNode): IToken[] {
  const elements = Object.values(node.children).flatMap((under) => under ?? []);
  return elements.flatMap((element) => ('image' in element ? [element] : tokensIn(element)));
}

function required<T>(found: T | undefined, node: CstNode, key: string): T {
  if (found === undefined) throw new Error(`\`${node.name}\` has no \`${key}\``);
  return found;
}
