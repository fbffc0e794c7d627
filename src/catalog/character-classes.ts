/**
 * What a tokenizer sees in a UTF-16 unit: letters one by one where their neighbours say how words are cut, groups of units
 * elsewhere. In `units` a hyphen stands between the first and the last of a range.
 */
const stretches: readonly (readonly [units: string, kind: 'each' | 'one'])[] = [
  [' \n\r\t', 'each'],
  ['0-9', 'one'],
  ['!-/', 'each'],
  [':-@', 'each'],
  ['[-`', 'each'],
  ['{-~', 'each'],
  ['a-z', 'each'],
  ['AEIOU', 'one'],
  ['BCDFGHLMNPRSTW', 'one'],
  ['JKQVXYZ', 'one'],
  // Latin with marks: western, northern, eastern, Vietnamese, African.
  ['\u00a0', 'one'],
  ['\u00a1-\u00bf', 'one'],
  ['áâàã', 'one'],
  ['éêèë', 'one'],
  ['íîìï', 'one'],
  ['óôòõ', 'one'],
  ['úûùý', 'one'],
  ['äöü', 'each'],
  ['åæø', 'one'],
  ['çñß', 'each'],
  ['ąęćńśźżłó', 'one'],
  ['ěščřžůďťň', 'one'],
  ['őű', 'one'],
  ['ğışİ', 'one'],
  ['ăâîșțţ', 'one'],
  ['đơư', 'each'],
  ['\u1ea0-\u1ef9', 'one'],
  ['\u00c0-\u00ff', 'one'],
  ['\u0100-\u017f', 'one'],
  ['\u0180-\u024f', 'one'],
  ['\u0250-\u02ff', 'one'],
  ['\u0300-\u036f', 'one'],
  ['\u1e00-\u1eff', 'one'],
  // Greek
  ['ςαηιουω', 'one'],
  ['εντσρκπλμ', 'one'],
  ['βγδζθξφχψ', 'one'],
  ['άέήίόύώ', 'one'],
  ['Α-Ω', 'one'],
  ['\u0370-\u03ff', 'one'],
  ['\u1f00-\u1fff', 'one'],
  // Cyrillic
  ['а-я', 'each'],
  ['А-Я', 'one'],
  ['ії', 'one'],
  ['єґўё', 'one'],
  ['јљњћђџѓќѕ', 'one'],
  ['әғқңөұүһ', 'one'],
  ['\u0400-\u04ff', 'one'],
  ['\u0500-\u052f', 'one'],
  // Armenian, Hebrew, Arabic and its neighbours
  ['\u0561-\u0587', 'one'],
  ['\u0530-\u058f', 'one'],
  ['והילמתרשבאנ', 'one'],
  ['\u05d0-\u05ea', 'one'],
  ['\u0590-\u05ff', 'one'],
  ['اليمنوتره', 'each'],
  ['بعدسفقكحةجأ', 'one'],
  ['کی', 'each'],
  ['پچژگ', 'one'],
  ['ںےہٹڈڑھ', 'one'],
  ['\u0621-\u064a', 'one'],
  ['\u064b-\u0652', 'one'],
  ['\u0660-\u0669', 'one'],
  ['\u06f0-\u06f9', 'one'],
  ['\u0600-\u06ff', 'one'],
  ['\u0700-\u08ff', 'one'],
  ['\u200c\u200d\u200e\u200f', 'each'],
  // India
  ['कतनरसहपमयलवद', 'one'],
  ['\u0904-\u0914', 'one'],
  ['\u0915-\u0939', 'one'],
  ['\u093e\u0947\u094b\u0940\u093f', 'one'],
  ['\u093e-\u094c', 'one'],
  ['\u094d', 'one'],
  ['\u0901-\u0903', 'one'],
  ['\u0966-\u096f', 'one'],
  ['\u0900-\u097f', 'one'],
  ['\u0995-\u09b9', 'one'],
  ['\u0980-\u09ff', 'one'],
  ['\u0a00-\u0a7f', 'one'],
  ['\u0a80-\u0aff', 'one'],
  ['\u0b00-\u0b7f', 'one'],
  ['\u0b95-\u0bb9', 'one'],
  ['\u0b80-\u0bff', 'one'],
  ['\u0c00-\u0c7f', 'one'],
  ['\u0c80-\u0cff', 'one'],
  ['\u0d00-\u0d7f', 'one'],
  ['\u0d80-\u0dff', 'one'],
  // Thailand and around it
  ['กรนมวสดทคงอลบปยพ', 'one'],
  ['\u0e01-\u0e2e', 'one'],
  ['ะาำเแโใไ', 'one'],
  ['\u0e31\u0e34-\u0e3a', 'one'],
  ['\u0e47-\u0e4e', 'one'],
  ['\u0e00-\u0e7f', 'one'],
  ['\u0e80-\u0eff', 'one'],
  ['\u0f00-\u0fff', 'one'],
  ['\u1050-\u109f', 'one'],
  ['\u1000-\u104f', 'one'],
  ['\u10a0-\u10ff', 'one'],
  ['\u1200-\u139f', 'one'],
  ['\u1780-\u17ff', 'one'],
  // Punctuation beyond ASCII
  ['\u2010-\u2015', 'one'],
  ['\u2018-\u201f', 'one'],
  ['\u2026', 'one'],
  ['\u2000-\u206f', 'one'],
  ['\u20a0-\u20bf', 'one'],
  ['\u2190-\u21ff', 'one'],
  ['\u2500-\u257f', 'one'],
  ['\u2580-\u25ff', 'one'],
  ['\u2600-\u27bf', 'one'],
  ['\ufe0f', 'one'],
  ['、。', 'each'],
  ['\u3000-\u303f', 'one'],
  ['\uff01-\uff0f\uff1a-\uff20', 'one'],
  ['\uff00-\uffef', 'one'],
  // Japan
  ['のにはを', 'each'],
  ['たがでてとしれさいるなっか', 'one'],
  ['\u3041-\u309f', 'one'],
  ['ンスルトーイアラリク', 'one'],
  ['\u30a0-\u30ff', 'one'],
  // Halves of what lies beyond the first plane: emoji above all
  ['\ud83c', 'one'],
  ['\ud83d', 'one'],
  ['\ud83e', 'one'],
  ['\ud800-\udbff', 'one'],
  ['\udc00-\udcff', 'one'],
  ['\udd00-\uddff', 'one'],
  ['\ude00-\udeff', 'one'],
  ['\udf00-\udfff', 'one'],
];

const firstHan = 0x4e00;
const firstRareHan = 0x3400;
const lastRareHan = 0x4dbf;
const firstHangul = 0xac00;

/** The UTF-16 units of a stretch, its ranges spelt out. */
function* unitsOf(written: string): Generator<number> {
  for (let at = 0; at < written.length; at++) {
    const isRange = written[at + 1] === '-' && at + 2 < written.length;
    const last = written.charCodeAt(isRange ? at + 2 : at);
    for (let unit = written.charCodeAt(at); unit <= last; unit++) yield unit;
    if (isRange) at += 2;
  }
}

/** Three grades of two bits to a character. */
function* gradesIn(packed: string): Generator<number> {
  for (const character of packed) {
    const bits = character.charCodeAt(0) - firstDigit;
    yield bits & 3;
    yield (bits >> 2) & 3;
    yield bits >> 4;
  }
}

/** The character that stands for nought where numbers are packed into text. */
export const firstDigit = 40;

/**
 * The class of every UTF-16 unit. Han characters and Hangul syllables, of which there are too many to name, have classes by how
 * often vocabularies hold them: `han` and `hangul` are their grades, packed.
 */
export function characterClasses(han: string, hangul: string): Uint8Array {
  const classes = new Uint8Array(0x10000);
  let next = 1;
  for (const [written, kind] of stretches) {
    let isUsed = false;
    for (const unit of unitsOf(written)) {
      if (classes[unit] !== 0) continue;
      isUsed = true;
      classes[unit] = kind === 'each' ? next++ : next;
    }
    if (kind === 'one' && isUsed) next++;
  }
  for (const [first, grades] of [
    [firstHan, han],
    [firstHangul, hangul],
  ] as const) {
    let unit = first;
    for (const grade of gradesIn(grades)) classes[unit++] = next + grade;
    next += 4;
  }
  // Rare ones, all of the last grade.
  classes.fill(next - 5, firstRareHan, lastRareHan + 1);
  return classes;
}
