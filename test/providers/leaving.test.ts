import { describe, expect, it, vi } from 'vitest';
import { abortSignalOf, Leaving } from '../../src/providers/leaving.ts';

const listener = () => ({ handleEvent: vi.fn() });

describe('a caller that leaves', () => {
  it('is told to all who listen, once, in the order in which they came', () => {
    const caller = new Leaving();
    const told: string[] = [];
    for (const name of ['first', 'second']) caller.addEventListener('abort', { handleEvent: () => told.push(name) });
    expect(caller.aborted).toBe(false);
    caller.abort();
    caller.abort();
    expect(caller.aborted).toBe(true);
    expect(told).toEqual(['first', 'second']);
  });

  it('is not told to those who listen no more, whatever order they stop in', () => {
    const caller = new Leaving();
    const [first, second, third] = [listener(), listener(), listener()];
    for (const each of [first, second, third]) caller.addEventListener('abort', each);
    caller.removeEventListener('abort', first);
    caller.removeEventListener('abort', third);
    caller.abort();
    expect(first.handleEvent).not.toHaveBeenCalled();
    expect(second.handleEvent).toHaveBeenCalledOnce();
    expect(third.handleEvent).not.toHaveBeenCalled();
  });

  it('is told to the others too where one stops listening when it is told', () => {
    const caller = new Leaving();
    const other = listener();
    const leaver = { handleEvent: () => caller.removeEventListener('abort', leaver) };
    caller.addEventListener('abort', leaver);
    caller.addEventListener('abort', other);
    caller.abort();
    expect(other.handleEvent).toHaveBeenCalledOnce();
  });

  it('aborts a signal for code that is not ours, made before or after', () => {
    const caller = new Leaving();
    const before = abortSignalOf(caller);
    expect(before.aborted).toBe(false);
    caller.abort();
    expect(before.aborted).toBe(true);
    expect(before.reason).toBe(caller.reason);
    expect(before.reason).toMatchObject({ name: 'AbortError' });
    const late = new Leaving();
    late.abort();
    expect(abortSignalOf(late).aborted).toBe(true);
  });

  it('has one signal, however often it is asked for', () => {
    const caller = new Leaving();
    expect(abortSignalOf(caller)).toBe(abortSignalOf(caller));
  });

  it('may be a signal already', () => {
    const { signal } = new AbortController();
    expect(abortSignalOf(signal)).toBe(signal);
  });
});
