import { isIssued } from './card-ranges.ts';
import { luhn } from './luhn.ts';
import { type Recogniser, recognise } from './recogniser.ts';

/** 12 to 19 digits as they are printed: in one run, or in groups with one kind of separator. */
const written =
  /(?=[0-9]{4})(?<![\p{L}\p{N}_+]|[0-9][.-])(?:[0-9]{12,19}|[0-9]{4}(?:([ -])[0-9]{4}){2}(?:\1[0-9]{1,7})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})(?![\p{L}\p{N}_]|[.-][0-9])/gu;

/** What people call a card, and the networks by their names. */
const cardWord =
  /(?<!\p{L})(?:(?:credit|debit|kredit|giro|bank|ec-?)?(?:cards?|karten?|kaart|kort|kortti|karta|kártya|kart[ıi]?)|cc|carte|tarjeta|cart[ãa]o|carta|карт[аыу]|visa|master ?card|maestro|amex|american express|diners(?: club)?|discover|jcb|union ?pay|rupay)(?!\p{L})|卡|カード|카드/iu;

/** How far before the number its word may stand, and how far behind. */
const before = 40;
const behind = 24;

/** ISO/IEC 7812-1 gives 89 to telephony: the numbers of SIM cards are called cards and are none that pays. */
const telephony = /^89/;

/** The digits behind the head of a bank account (ISO 13616) that has a wrong check digit are still of an account. */
const accountHead = /(?<![\p{L}\p{N}])[A-Za-z]{2}[0-9]{2}[ -]?$/u;

function isCard(text: string, match: string, start: number): boolean {
  const digits = match.replace(/[ -]/g, '');
  if (!luhn(digits) || /^(.)\1+$/.test(digits)) return false;
  const head = text.slice(Math.max(0, start - before), start);
  if (isIssued(digits)) return !accountHead.test(head);
  const end = start + match.length;
  return !telephony.test(digits) && (cardWord.test(head) || cardWord.test(text.slice(end, end + behind)));
}

/**
 * Numbers of payment cards: the check digit is right, and either a network gives such numbers out, or the text says that it is a
 * card. Ranges come and go, and what is called a card and passes for one is to be kept from others as well. By its digits alone one
 * number in ten would pass, so a number without an issuer counts for nothing where nothing speaks of cards.
 */
export const findCards: Recogniser = (text) => recognise(text, written, (match, start) => isCard(text, match, start));
