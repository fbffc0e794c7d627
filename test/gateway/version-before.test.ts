import { describe, expect, it } from 'vitest';
import { versionBefore, versionNamed } from '../../src/gateway/version-before.ts';
import type { PolicyVersion } from '../../src/stores/policy-store.ts';

/** Versions told as `digest`, `~digest` tried in the shadow, `digest<N` going back to the version at place N. */
function history(told: string): readonly PolicyVersion[] {
  return told.split(' ').map((word, index) => {
    const [, shadow, digest, restores] = /^(~?)(\w+)(?:<(\d))?$/.exec(word) ?? [];
    return {
      id: String(index),
      policy: 'otherwise',
      name: 'main',
      digest: `sha256:${digest}`,
      origin: shadow ? 'shadow' : restores ? 'rollback' : 'push',
      by: 'somebody',
      message: null,
      at: index,
      bytes: 1,
      restores: restores ?? null,
    };
  });
}

describe('the version before the one in force', () => {
  it.each([
    ['a b', 'b', '0'],
    ['a b c', 'c', '1'],
    ['a ~b c', 'c', '0'],
    ['a b c b<1', 'b', '0'],
    ['a b c b<1 d', 'd', '3'],
    ['a b c b<1 a<0 d', 'd', '4'],
    ['a b b', 'b', '0'],
  ])('in %s is, for %s, the one at place %s', (told, digest, place) => {
    expect(versionBefore(history(told), `sha256:${digest}`).id).toBe(place);
  });

  it.each([
    ['a', 'a'],
    ['a b a<0', 'a'],
    ['~b a', 'a'],
  ])('in %s is none, for %s', (told, digest) => {
    expect(() => versionBefore(history(told), `sha256:${digest}`)).toThrow('there is no version before');
  });
});

describe('a version that is named', () => {
  const known = history('aaaaaaaa1 aaaaaaaa2 bbbbbbbbb aaaaaaaa1');

  it('is the newest of its digest, whole or its beginning', () => {
    expect(versionNamed(known, 'sha256:aaaaaaaa1').id).toBe('3');
    expect(versionNamed(known, 'bbbbbbbb').id).toBe('2');
  });

  it.each([
    ['bbb', 'is too short'],
    ['aaaaaaaa', 'several versions begin with'],
    ['cccccccc', 'no version `cccccccc`'],
  ])('%s: %s', (wanted, why) => {
    expect(() => versionNamed(known, wanted)).toThrow(why);
  });
});
