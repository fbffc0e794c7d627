import { assertNever } from '../diagnostics/assert-never.ts';
import { type Doc, joined, nothing } from './doc.ts';
import { Page } from './page.ts';

/** Lines are broken so that they end before this column where the language has a place to break them. */
const pageWidth = 100;

interface Command {
  readonly doc: Doc;
  readonly depth: number;
  readonly flat: boolean;
}

export function renderDoc(whole: Doc): string {
  const page = new Page();
  const commands: Command[] = [{ doc: whole, depth: 0, flat: false }];
  for (let command = commands.pop(); command; command = commands.pop()) render(command, page, commands);
  return page.finish();
}

function render({ doc, depth, flat }: Command, page: Page, commands: Command[]): void {
  if (doc.kind === 'text') page.write(doc, depth);
  else if (doc.kind === 'comment') page.comment(doc.text, doc.ownLine, depth);
  else if (doc.kind === 'line-end' || (doc.kind === 'line' && !flat)) page.endLine();
  else if (doc.kind === 'line' || doc.kind === 'space') page.space(doc.width);
  else if (doc.kind === 'last-comma') commands.push({ doc: flat ? nothing : joined(','), depth, flat });
  else if (doc.kind === 'indent') commands.push({ doc: doc.content, depth: depth + 1, flat });
  else if (doc.kind === 'sequence') pushParts(commands, doc.parts, depth, flat);
  else if (doc.kind === 'group') {
    const room = pageWidth - page.columnAt(depth);
    const oneLine = flat || (!holdsLineEnd(doc.content) && fits(doc.content, commands, room));
    commands.push({ doc: doc.content, depth, flat: oneLine });
  } else assertNever(doc);
}

/** The first part comes to lie on top. */
function pushParts(commands: Command[], parts: readonly Doc[], depth: number, flat: boolean): void {
  for (const part of parts.toReversed()) commands.push({ doc: part, depth, flat });
}

/** Whether the content, on one line, and what follows it up to the next possible line end, fit into the room. */
function fits(content: Doc, following: readonly Command[], room: number): boolean {
  const commands: Command[] = [{ doc: content, depth: 0, flat: true }];
  let left = room;
  let next = following.length - 1;
  while (left >= 0) {
    const command = commands.pop() ?? following[next--];
    if (!command) return true;
    const { doc, depth, flat } = command;
    if (doc.kind === 'line-end' || (doc.kind === 'line' && !flat)) return true;
    if (doc.kind === 'text') left -= doc.text.length;
    else if (doc.kind === 'space' || doc.kind === 'line') left -= doc.width;
    else if (doc.kind === 'indent' || doc.kind === 'group') commands.push({ doc: doc.content, depth, flat });
    else if (doc.kind === 'sequence') pushParts(commands, doc.parts, depth, flat);
  }
  return false;
}

/** Whether a line must end inside the content: at a `line-end`, or at a comment that has text on its other side. */
function holdsLineEnd(content: Doc): boolean {
  let text = false;
  let comment = false;
  const visit = (doc: Doc): boolean => {
    switch (doc.kind) {
      case 'line-end':
        return true;
      case 'text':
        if (doc.joined) return false;
        text = true;
        return comment;
      case 'comment':
        if (doc.ownLine && text) return true;
        comment ||= !doc.ownLine;
        return false;
      case 'indent':
      case 'group':
        return visit(doc.content);
      case 'sequence':
        return doc.parts.some(visit);
      default:
        return false;
    }
  };
  return visit(content);
}
