import { describe, expect, it } from 'vitest';
import { findings } from '../support/acme.ts';

const underlined = (rules: string) => findings(rules).map(([code, text]) => `${code}: ${text}`);

describe('a `let`', () => {
  it.each([
    ['let a = request.stream\nlet a = request.has_tools\ndeny request when a', 'name-taken: a'],
    ['let haiku = { opus }\nroutes { otherwise use haiku }', 'name-taken: haiku'],
    ['let gold = { opus }\nroutes { otherwise use gold }', 'name-taken: gold'],
    ['let requested = { opus }\nroutes { otherwise use requested }', 'name-taken: requested'],
    ['let a = request.stream', 'unused-name: a'],
    ['let a = request.stream and b\nlet b = a\ndeny request when a', 'cyclic-let: a'],
    ['let a = a\ndeny request when a', 'cyclic-let: a'],
    ['let a = request.streem\ndeny request when a or not a', 'unknown-attribute: request.streem'],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual([expected]);
  });

  it('may come in any order, and stand for models, values and conditions', () => {
    const rules = `let slow = bulk or request.has_files
let bulk = request.class == batch
let few = { haiku, opus }
let most = 100k tok
routes { route a when slow and request.input_tokens > most use few otherwise use haiku }`;
    expect(underlined(rules)).toEqual([]);
  });
});

describe('a schedule', () => {
  const used = (hours: string) => `schedule office = ${hours}\ndeny request when now not in office`;

  it.each([
    ['mon..fri 09:00..18:00 "Europe/Paris"', []],
    ['mon, wed, fri 09:00..18:00 "UTC", sat 10:00..12:00 "UTC"', []],
    ['mon..fri 09:00..18:00 "Paris"', ['unknown-zone: "Paris"']],
    ['mon-fri 09:00..18:00 "UTC"', ['unknown-word: mon-fri']],
    ['monday 09:00..18:00 "UTC"', ['unknown-word: monday']],
    ['mon 09:00..25:00 "UTC"', ['inexact-number: 25:00']],
  ])('%s', (hours, expected) => {
    expect(underlined(used(hours))).toEqual(expected);
  });

  it('shares its names with `let`', () => {
    expect(underlined(`let office = request.stream\n${used('mon 09:00..18:00 "UTC"')}`)).toEqual([
      'name-taken: office',
    ]);
  });
});

describe('a note', () => {
  const noted = (notes: string) => `${notes}\ndeny request when request.stream`;

  it.each([
    ['@id(no-streams) @owner("team a") @link("https://a.example")', []],
    ['@mode(shadow)', []],
    ['@idd(a)', ['bad-note: idd']],
    ['@id("a")', ['bad-note: @id("a")']],
    ['@id(a, b)', ['bad-note: @id(a, b)']],
    ['@owner(a)', ['bad-note: @owner(a)']],
    ['@mode(draft)', ['bad-note: @mode(draft)']],
    ['@id(a) @id(b)', ['bad-note: @id(b)']],
  ])('%s', (notes, expected) => {
    expect(underlined(noted(notes))).toEqual(expected);
  });

  it.each([
    ['@id(a)\nbudget b $5 per day', 'bad-note: @id(a)'],
    ['@mode(shadow)\nlet a = request.stream\ndeny request when a', 'bad-note: @mode(shadow)'],
    ['@mode(shadow)\nfallback on { timeout }', 'bad-note: @mode(shadow)'],
    ['routes {\n  @id(b)\n  route a when request.stream use haiku\n  otherwise use opus\n}', 'bad-note: @id(b)'],
  ])('%s stands in a wrong place', (rules, expected) => {
    expect(underlined(rules)).toEqual([expected]);
  });

  it('gives each rule a name of its own', () => {
    expect(underlined(`${noted('@id(a)')}\n${noted('@id(a)')}`)).toEqual(['declared-twice: @id(a)']);
  });
});

describe('a rule that is called like one of every policy', () => {
  it.each(['endpoint', 'context-window', 'continues', 'needs-vision'])('is refused: %s', (id) => {
    expect(findings(`@id(${id}) deny model when model == opus`).map(([code]) => code)).toEqual(['declared-twice']);
  });

  it('is none where it is a budget or a limit', () => {
    expect(findings('limit endpoint 1 req per min')).toEqual([]);
  });
});
