import { type CstNode, EOF, type IRecognitionException, type IToken } from 'chevrotain';
import { mendOf } from '../../grammar/mends.ts';
import { isNextRule } from '../../grammar/messages.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import { type Span, spanText } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { Units } from './units.ts';

type ParserError = IRecognitionException & { readonly previousToken?: IToken };

/** What is wrong with the grammar of a text, and the stretches of which, because of it, nothing more should be said. */
export interface SyntaxFindings {
  readonly diagnostics: readonly Diagnostic[];
  readonly unclear: readonly Span[];
}

/**
 * What the parser found, each mistake once: after a token of which nothing could be made, and after a first error whose mend is not
 * certain, the next ones in the same rule are most likely its consequences.
 */
export function syntaxFindings(
  source: Source,
  root: CstNode,
  errors: readonly ParserError[],
  lexed: readonly Diagnostic[],
): SyntaxFindings {
  if (errors.length === 0 && lexed.length === 0) return { diagnostics: [], unclear: [] };
  const units = new Units(source, root);
  const diagnostics: Diagnostic[] = [];
  const unclear = new Set(lexed.filter(isUnread).map((diagnostic) => units.at(startOf(diagnostic))));
  const said = new Set(lexed.map(startOf));
  for (const error of errors) {
    const diagnostic = describeError(source, error);
    const start = startOf(diagnostic);
    const unit = beginsLine(source, start) && isNoRule(error) ? start : units.at(start);
    if (said.has(start) || unclear.has(unit)) continue;
    diagnostics.push(diagnostic);
    if (!isMended(diagnostic)) unclear.add(unit);
  }
  return { diagnostics, unclear: [...unclear].map((start) => units.spanFrom(start)) };
}

const startOf = ({ primary }: Diagnostic): number => primary.span.start;

/** Characters of which nothing could be made, or a number that lacks its unit: what follows may have been misread. */
const isUnread = ({ fix, primary }: Diagnostic): boolean => fix === undefined || /^\d/.test(spanText(primary.span));

/** A misspelt keyword, which the parser took for the one that was meant. */
const isMended = ({ fix, message }: Diagnostic): boolean => fix !== undefined && /^expected `[a-z]+`,/.test(message);

/** Where a rule should begin and none does: what stands there belongs to no rule before it. */
const isNoRule = ({ message }: ParserError): boolean => message.startsWith('expected a rule');

function beginsLine({ text, lineStarts }: Source, offset: number): boolean {
  const line = lineStarts.findLast((start) => start <= offset) ?? 0;
  return text.slice(line, offset).trim() === '';
}

function describeError(source: Source, error: ParserError): Diagnostic {
  const place = placeOf(source, error);
  const [, message = error.message, near] = /^(.*); did you mean `(.*)`\?$/.exec(error.message) ?? [];
  const [, wants = ''] = /^expected (.*), (?:found `|the (?:file|rule) ends)/.exec(message) ?? [];
  const mend = place.start === error.token.startOffset ? mendOf(wants, error.token, error.previousToken) : undefined;
  if (mend) {
    const fix = mend.write === undefined ? {} : { fix: [{ span: place, newText: mend.write }] };
    return errorAt('syntax', place, message, { help: mend.help, ...fix });
  }
  const [, keyword] = /^`([a-z]+)`$/.exec(wants) ?? [];
  const misspelt = keyword !== undefined && suggest(spanText(place), [keyword]) === keyword;
  return errorAt('syntax', place, message, didYouMean(place, near ?? (misspelt ? keyword : undefined)));
}

/** The token that was not expected; where the file or the rule ends too early, the place after the last token. */
function placeOf(source: Source, { token, previousToken }: ParserError): Span {
  const ends = token.tokenType === EOF || isNextRule(token, previousToken);
  if (!ends) return { source, start: token.startOffset, end: token.startOffset + token.image.length };
  const end = (previousToken?.endOffset ?? source.text.trimEnd().length - 1) + 1;
  return { source, start: Math.max(0, end), end: Math.max(0, end) };
}
