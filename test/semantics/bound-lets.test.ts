import { describe, expect, it } from 'vitest';
import { compile, findings } from '../support/acme.ts';

/** `let x0 = …`, and as many more, each written with the one before. */
const steps = (count: number, next: (name: string) => string) => [
  'let x0 = request.stream',
  ...Array.from({ length: count }, (_, index) => `let x${index + 1} = ${next(`x${index}`)}`),
];

const codes = (lines: readonly string[], last: number) =>
  findings(`${lines.join('\n')}\ndeny request when x${last}`).filter(([code]) => code !== 'unused-name');

describe('lets that stand for one another', () => {
  it('may do so in as many levels as anybody reads, in any order of lines', () => {
    const lines = steps(99, (name) => `${name} or request.has_tools`);
    expect(codes(lines, 99)).toEqual([]);
    expect(codes(lines.toReversed(), 99)).toEqual([]);
  });

  it('are refused at once where they go on for thousands of levels', () => {
    const lines = steps(5000, (name) => `${name} or request.has_tools`);
    expect(codes(lines, 5000)).toEqual([['nesting-too-deep', 'x101']]);
    expect(codes(lines.toReversed(), 5000)).toEqual([['nesting-too-deep', 'x101']]);
  });

  it('are refused as well where each is deep in itself', () => {
    const deep = (name: string) =>
      `${'(request.stream and (request.has_tools or '.repeat(30)}${name}${'))'.repeat(30)}`;
    expect(codes(steps(60, deep), 60)).toEqual([['nesting-too-deep', 'x4']]);
  });

  it('are refused at once where each doubles the one before', () => {
    expect(
      codes(
        steps(60, (name) => `${name} and ${name}`),
        60,
      ),
    ).toEqual([['nesting-too-deep', 'x9']]);
  });

  it('are refused at once where they come round, however many they are and however often each is used', () => {
    const round = Array.from({ length: 5000 }, (_, index) => {
      const next = `y${(index + 1) % 5000}`;
      return `let y${index} = ${next} and ${next}`;
    });
    expect(findings(`${round.join('\n')}\ndeny request when y7`)).toEqual([['cyclic-let', 'y0']]);
  });

  it('may be used by as many rules as there are', () => {
    const rules = Array.from({ length: 3000 }, () => 'deny request when often');
    expect(compile(`let often = request.stream\n${rules.join('\n')}`).program.refusals).toHaveLength(3000);
  });
});
