import type { Text } from './doc.ts';

const indentWidth = 2;

/** Paper that is written from left to right and never back, but for the back-quotes of the name written last. */
export class Page {
  readonly #pieces: string[] = [];
  #column = 0;
  #blanks = 0;
  /** The comment that ends this line. */
  #comment: string | undefined;
  /** A comment that has the line for itself is on it. */
  #taken = false;
  /** The name written last, until it is known whether it would be misread. */
  #open: { readonly at: number; readonly misread: Text['misread']; readonly first: boolean } | undefined;

  /** The column at which the next text would begin. */
  columnAt(depth: number): number {
    return this.#column === 0 ? depth * indentWidth : this.#column + this.#blanks;
  }

  space(width: number): void {
    if (this.#column > 0) this.#blanks += width;
  }

  write({ text, joined, misread }: Text, depth: number): void {
    if (!joined && (this.#comment !== undefined || this.#taken)) this.endLine();
    this.#quoteIfMisread(text);
    const first = this.#column === 0;
    this.#put(text, depth);
    if (misread) this.#open = { at: this.#pieces.length - 1, misread, first };
  }

  comment(text: string, ownLine: boolean, depth: number): void {
    if (!ownLine) {
      this.#comment = text;
      return;
    }
    if (this.#column > 0) this.endLine();
    this.#put(text, depth);
    this.#taken = true;
  }

  endLine(): void {
    if (this.#comment !== undefined) this.#pieces.push(` ${this.#comment}`);
    this.#pieces.push('\n');
    this.#column = 0;
    this.#blanks = 0;
    this.#comment = undefined;
    this.#taken = false;
    if (this.#open?.misread === 'as-currency') this.#open = undefined;
  }

  /** All that was written. */
  finish(): string {
    this.#quoteIfMisread('');
    if (this.#column > 0) this.endLine();
    return this.#pieces.join('');
  }

  #put(text: string, depth: number): void {
    const blanks = this.#column === 0 ? depth * indentWidth : this.#blanks;
    this.#pieces.push(' '.repeat(blanks), text);
    this.#column += blanks + text.length;
    this.#blanks = 0;
  }

  /** A word first on its line is a keyword unless one of these follows; a currency before a number is money. */
  #quoteIfMisread(next: string): void {
    if (!this.#open) return;
    const { at, misread, first } = this.#open;
    const isMisread = misread === 'as-keyword' ? first && !/^([,:)}\]]|\.$)/.test(next) : /^\d/.test(next);
    if (isMisread) this.#pieces[at] = `\`${this.#pieces[at]}\``;
    this.#open = undefined;
  }
}
