import type { CstNode, IToken } from 'chevrotain';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import { joinSpans, type Span } from '../diagnostics/span.ts';
import type { Name } from './ast.ts';

/** Reads a concrete syntax tree that may have holes where the parser recovered from an error. */
export class CstReader {
  readonly source: Source;
  readonly diagnostics: Diagnostic[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  report(code: DiagnosticCode, span: Span, message: string, help?: string): void {
    this.diagnostics.push(errorAt(code, span, message, help === undefined ? {} : { help }));
  }

  nodes(parent: CstNode | undefined, key: string): CstNode[] {
    return (parent?.children[key] ?? []).filter((element): element is CstNode => 'children' in element);
  }

  node(parent: CstNode | undefined, key: string): CstNode | undefined {
    return this.nodes(parent, key)[0];
  }

  /** Tokens under a key, those that the parser only made up left out. */
  tokens(parent: CstNode | undefined, key: string): IToken[] {
    return (parent?.children[key] ?? []).filter(
      (element): element is IToken => 'image' in element && element.isInsertedInRecovery !== true,
    );
  }

  token(parent: CstNode | undefined, key: string): IToken | undefined {
    return this.tokens(parent, key)[0];
  }

  has(parent: CstNode | undefined, key: string): boolean {
    return (parent?.children[key]?.length ?? 0) > 0;
  }

  spanOf(element: CstNode | IToken): Span {
    if ('image' in element) {
      return { source: this.source, start: element.startOffset, end: element.startOffset + element.image.length };
    }
    const { location } = element;
    const start = location && Number.isFinite(location.startOffset) ? location.startOffset : 0;
    const end =
      location?.endOffset !== undefined && Number.isFinite(location.endOffset) ? location.endOffset + 1 : start;
    return { source: this.source, start, end: Math.max(start, end) };
  }

  /** Where an optional part stands. */
  placeOf(element: CstNode | IToken | undefined): Span | undefined {
    return element && this.spanOf(element);
  }

  /** From one optional token to another. */
  stretch(first: IToken | undefined, last: IToken | undefined): Span | undefined {
    return first && last && joinSpans(this.spanOf(first), this.spanOf(last));
  }

  name(token: IToken | undefined): Name | undefined {
    if (!token) return undefined;
    const text = token.image.startsWith('`') ? token.image.slice(1, -1) : token.image;
    return { text, span: this.spanOf(token) };
  }

  names(parent: CstNode | undefined, key: string): Name[] {
    return this.tokens(parent, key).flatMap((token) => this.name(token) ?? []);
  }

  /** The text of a STRING token; a token that was mended from a mistake yields what can be read of it. */
  text(token: IToken | undefined): string | undefined {
    if (!token) return undefined;
    try {
      return (JSON.parse(token.image) as string).toWellFormed();
    } catch {
      return token.image.replace(/^["'“”„«‘’]|["'“”„»‘’]$/g, '');
    }
  }

  textName(token: IToken | undefined): Name | undefined {
    const text = this.text(token);
    return token && text !== undefined ? { text, span: this.spanOf(token) } : undefined;
  }
}
