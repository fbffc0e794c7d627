import { readdirSync, readFileSync } from 'node:fs';

const texts = new URL('../fixtures/texts/', import.meta.url);
const packages = new URL('../../node_modules/', import.meta.url);
const readText = (folder: URL, name: string) => readFileSync(new URL(name, folder), 'utf8');

const scripts: Readonly<Record<string, readonly string[]>> = {
  Cyrillic: ['russian', 'ukrainian', 'bulgarian', 'kazakh'],
  Greek: ['greek'],
  Arabic: ['arabic', 'persian', 'urdu'],
  Hebrew: ['hebrew'],
  Devanagari: ['hindi', 'marathi', 'nepali'],
  Thai: ['thai'],
  Chinese: ['chinese-simplified', 'chinese-traditional'],
  Japanese: ['japanese'],
  Korean: ['korean'],
};
const others = Object.values(scripts).flat();
const latin = readdirSync(new URL('prose/', texts))
  .map((name) => name.replace('.txt', ''))
  .filter((name) => !others.includes(name));

/** An article in a language, by its name. */
export const prose = (name: string) => readText(texts, `prose/${name}.txt`);

const emoji = [...new Intl.Segmenter().segment('😀🤣😍🙏👍🎉🔥❤️✨👨‍👩‍👧‍👦🇫🇷👍🏽🤷‍♀️🏳️‍🌈✅⚠️🚀🐍☕🌍')].map(
  ({ segment }) => segment,
);

/** Names of countries and dates, as Node has them for languages whose scripts have no article here. */
function namesIn(language: string): string {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  const countries = ['DE', 'FR', 'IN', 'JP', 'KR', 'TH', 'GR', 'IL', 'EG', 'BR', 'UA', 'KE', 'VN', 'CN', 'MX', 'NZ'];
  const days = Array.from({ length: 24 }, (_, index) => dates.format(index * 1e10));
  return [...countries.map((code) => names.of(code) ?? code), ...days].join('\n');
}

/** Numbers below a bound that look like chance and are the same each time. */
function chance(): (bound: number) => number {
  let state = 1;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return (state >> 8) % bound;
  };
}

function drawn(count: number, from: string | ((draw: (bound: number) => number) => string), between = ''): string {
  const draw = chance();
  const next = () => (typeof from === 'string' ? (from[draw(from.length)] ?? '') : from(draw));
  return Array.from({ length: count }, next).join(between);
}

const small = 'abcdefghijklmnopqrstuvwxyz';
const alphanumeric = `${small}${small.toUpperCase()}0123456789`;
const bytes = (count: number) =>
  Buffer.from(
    Array.from(
      { length: count },
      (
        (draw) => () =>
          draw(256)
      )(chance()),
    ),
  );
const between = (first: number, last: number) => (draw: (bound: number) => number) =>
  String.fromCodePoint(first + draw(last - first + 1));
const uuid = (draw: (bound: number) => number) =>
  '########-####-4###-a###-############'.replaceAll('#', () => draw(16).toString(16));
const wordOf = (alphabet: string, least: number, most: number) => (draw: (bound: number) => number) =>
  Array.from({ length: least + draw(most - least + 1) }, () => alphabet[draw(alphabet.length)]).join('');

/** Texts of some 300 to 1,000 tokens, by what they are samples of. */
export const samples: Readonly<Record<string, readonly string[]>> = {
  Latin: latin.map(prose),
  ...Object.fromEntries(Object.entries(scripts).map(([script, names]) => [script, names.map(prose)])),
  'scripts of India': ['bn', 'pa', 'gu', 'ta', 'te', 'kn', 'ml', 'si'].map(namesIn),
  'other scripts': ['hy', 'ka', 'am', 'my', 'km', 'lo', 'yi'].map(namesIn),
  emoji: [Array.from({ length: 200 }, (_, index) => emoji[(index * 7) % emoji.length]).join('')],
  mixed: [
    ['english', 'russian', 'japanese', 'arabic', 'hindi'].map((name) => prose(name).slice(0, 400)).join('\n'),
    prose('german').replaceAll('. ', ' 🎉 '),
    ...['th', 'ja', 'uk', 'fa'].map((name) => readText(packages, `zod/v4/locales/${name}.js`)),
  ],
  code: readdirSync(new URL('code/', texts)).map((name) => readText(texts, `code/${name}`)),
  'JavaScript, TypeScript': [
    '@copilotkit/aimock/dist/server.js',
    'fastest-levenshtein/mod.js',
    'knip/dist/types.d.ts',
    'vitest/dist/index.d.ts',
  ].map((name) => readText(packages, name).slice(0, 4000)),
  JSON: ['@copilotkit/aimock/package.json', '../package-lock.json', '../src/catalog/models.json'].map((name) =>
    readText(packages, name).slice(0, 4000),
  ),
  Markdown: ['express/Readme.md', '../README.md', '../grammar/reference.md'].map((name) =>
    readText(packages, name).slice(0, 4000),
  ),
  'base64, by chance': [bytes(900).toString('base64'), bytes(900).toString('base64url')],
  'hex, by chance': [bytes(600).toString('hex'), bytes(600).toString('hex').toUpperCase()],
  'UUIDs, by chance': [drawn(40, uuid, '\n'), drawn(40, uuid, ', ')],
  'ids, by chance': [
    drawn(60, wordOf(alphanumeric, 22, 22), ' '),
    drawn(60, (draw) => `req_${wordOf(small, 16, 16)(draw)}`, '\n'),
  ],
  'passwords, by chance': [drawn(100, wordOf(`${alphanumeric}!#$%&*+-=?@^_`, 8, 20), '\n')],
  'short names, by chance': [
    drawn(
      300,
      (draw) => `${wordOf(alphanumeric, 1, 3)(draw)}=${wordOf(small, 1, 2)(draw)}.${wordOf(small, 2, 4)(draw)}`,
      ';',
    ),
  ],
  'letters, by chance': [drawn(900, small), drawn(300, wordOf(small, 2, 9), ' '), drawn(900, small.toUpperCase())],
  'ASCII, by chance': [drawn(900, between(0x20, 0x7e))],
  'digits, by chance': [drawn(900, '0123456789'), drawn(300, wordOf('0123456789', 1, 6), ', ')],
  'Han and Hangul, by chance': [drawn(400, between(0x4e00, 0x9fff)), drawn(400, between(0xac00, 0xd7a3))],
  'alphabets, by chance': [
    drawn(900, between(0xc0, 0x17f)),
    drawn(900, between(0x391, 0x3c9)),
    drawn(900, between(0x400, 0x45f)),
    drawn(900, between(0x621, 0x64a)),
    drawn(900, between(0xe01, 0xe3a)),
  ],
  'Unicode, by chance': [drawn(500, between(0xa0, 0xd7ff)), drawn(300, between(0x1f300, 0x1faff))],
};

/** Repetition, whose exact count may be very small. */
export const repetitions: Readonly<Record<string, readonly string[]>> = {
  'one character': [...'a=-_*. \t\n0é中👍'].map((character) => character.repeat(3000)),
  'a syllable, without blanks': ['ha', 'abc', 'Na', '你好', 'сс', '-='].map((piece) => piece.repeat(800)),
  'a word': ['the ', 'Yes! ', 'lorem ipsum ', 'ошибка ', 'スパム、', 'error\n'].map((piece) => piece.repeat(400)),
  'a table, a prompt': ['|     |     |\n', '| --- | ---: |\n', `${prose('english').slice(0, 200)}\n`].map((piece) =>
    piece.repeat(60),
  ),
};
