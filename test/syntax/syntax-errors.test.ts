import { describe, expect, it } from 'vitest';
import { createSource, positionAt } from '../../src/diagnostics/source.ts';
import { parsePolicy } from '../../src/syntax/parse-policy.ts';
import { diagnose, policyText } from '../support/acme.ts';
import { mended } from '../support/mended.ts';

const parse = (rules: string) => parsePolicy(createSource('test.llmpolicy', policyText(rules))).diagnostics;

/** Code, place, message and help of each finding. */
const said = (rules: string): string[] =>
  diagnose(policyText(rules)).map(({ code, message, primary: { span }, help = '' }) => {
    const { line, column } = positionAt(span.source, span.start);
    return `${line}:${column} ${code}: ${message}${help === '' ? '' : ` (${help})`}`;
  });

describe('a syntax error', () => {
  it.each([
    ['deny model if model.region == us', '3:12 syntax: expected `when`, found `if` (write `when`)'],
    ['cap output 4k', '3:14 syntax: expected `tok`, the rule ends'],
    ['deny request when request.stream or', '3:36 syntax: expected a condition, the rule ends'],
    ['deny request when (request.stream', '3:34 syntax: expected `)`, the rule ends'],
    ['retry 2 on timeout', '3:12 syntax: expected `{`, found `timeout` (names stand in braces: `{ timeout }`)'],
    ['use haiku', '3:1 syntax: expected a rule, found `use` (`use` stands inside `routes { … }`)'],
    [
      'require caller.team is not null else reject 403',
      '3:28 syntax: expected `known`, found `null` (to ask whether it is there, write `is known`)',
    ],
    [
      'cap time 30',
      '3:10 syntax: expected a duration, found `30` (name the unit, without a blank: `30s`, `30m` or `30h`)',
    ],
    [
      'deny request when request.app in [support, other]',
      '3:34 syntax: expected a value, found `[` (a set stands in braces: `{ a, b }`)',
    ],
    [
      'deny request when request.tags contains "phi"',
      '3:32 syntax: expected a rule, found `contains` (turn it round: `"…" in request.tags`)',
    ],
    [
      'deny request when 10k tok < request.input_tokens < 20k tok',
      '3:50 syntax: expected a rule, found `<` (comparisons do not chain: join two of them with `and`)',
    ],
    [
      'deny request when request.prompt matches "ssn"',
      '3:42 syntax: expected a regular expression, found `"ssn"` (a regular expression stands between slashes: `/…/`)',
    ],
    [
      'deny request when request.input_tokens + 5 > 10k tok',
      '3:40 unexpected-character: unexpected `+` (there is no arithmetic: compare one fact with one constant)',
    ],
  ])('%s is said once, with a way out', (rules, finding) => {
    expect(said(rules)).toEqual([finding]);
  });

  it.each([
    ['deny request when caller.team is null', 'deny request when caller.team is not known'],
    [
      'deny request when request.stream AND request.has_tools',
      'deny request when request.stream and request.has_tools',
    ],
    ['budget team $500 monthly', 'budget team $500 per month'],
    ['limit rpm 60 req per minute', 'limit rpm 60 req per min'],
    ['guard pii on input then mask', 'guard pii on input then redact'],
    ['guard pii on request then redact', 'guard pii on input then redact'],
    ['cap cost 5', 'cap cost $5'],
    ['cap cost 5$', 'cap cost $5'],
    ['routes {\n  default use haiku\n}', 'routes {\n  otherwise use haiku\n}'],
    ['budget b $5 per month\n  at 80 notify llm-spend', 'budget b $5 per month\n  at 80% notify llm-spend'],
    ['schedule s = mon..fri 9:00..17:00 "UTC"', 'schedule s = mon..fri 09:00..17:00 "UTC"'],
  ])('%s has a certain mend', (wrong, right) => {
    const diagnostics = parse(wrong);
    expect(diagnostics).toHaveLength(1);
    expect(mended(policyText(wrong), diagnostics)).toBe(policyText(right));
  });

  it('hides nothing of the other rules, nor of the other routes', () => {
    const rules = `deny request when request.tags contains "phi"
deny model when model.regio == us
routes {
  route a when caller.tier == golden use haiku
  route b when request.stream use haiku timeout 30
  route c when caller.tier == silver use haiku
  otherwise use haiku
}`;
    expect(said(rules).map((text) => text.split(': ')[0])).toEqual([
      '3:32 syntax',
      '4:17 unknown-attribute',
      '6:31 unknown-word',
      '7:49 syntax',
      '8:31 unknown-word',
    ]);
  });
});
