import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyBody } from '../../../src/providers/upstream/reply-body.ts';

/** Notes what its reader commands. */
function notedSource() {
  const commands: string[] = [];
  return {
    commands,
    pause: () => commands.push('pause'),
    resume: () => commands.push('resume'),
    abort: () => commands.push('abort'),
  };
}

async function textOf(body: ReplyBody): Promise<string> {
  let text = '';
  for await (const packet of body) text += packet.toString();
  return text;
}

describe('the body of an answer', () => {
  it('gives its reader every packet once and in order, however reading and arriving take turns', async () => {
    const steps = fc.array(fc.oneof(fc.constant('read' as const), fc.string({ minLength: 1, maxLength: 5 })));
    await fc.assert(
      fc.asyncProperty(steps, async (turns) => {
        const body = new ReplyBody(notedSource(), 30_000);
        const reads: Promise<IteratorResult<Buffer, undefined>>[] = [];
        for (const turn of turns) {
          if (turn !== 'read') body.add(Buffer.from(turn));
          // One reader reads one packet at a time.
          else if (await settled(reads.at(-1))) reads.push(body.next());
        }
        body.end();
        const read = await Promise.all(reads);
        const text = read.map(({ value }) => value?.toString() ?? '').join('') + (await textOf(body));
        expect(text).toBe(turns.filter((turn) => turn !== 'read').join(''));
      }),
    );
  });

  it('makes the upstream wait while much is held, and go on when it has been read', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    body.add(Buffer.alloc(60_000));
    expect(source.commands).toEqual([]);
    body.add(Buffer.alloc(60_000));
    expect(source.commands).toEqual(['pause']);
    await body.next();
    expect(source.commands).toEqual(['pause', 'resume']);
  });

  it('gives what had come before the connection broke, and then says why', async () => {
    const body = new ReplyBody(notedSource(), 30_000);
    body.add(Buffer.from('half'));
    body.fail(new Error('reset'));
    expect((await body.next()).value?.toString()).toBe('half');
    await expect(body.next()).rejects.toThrow('reset');
  });

  it('lets the connection go where its reader does, and takes nothing more', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    for await (const _ of onePacket(body)) break;
    body.add(Buffer.from('late'));
    expect(source.commands).toEqual(['abort']);
    expect((await body.next()).done).toBe(true);
  });

  it('lets nothing go that has come to its end', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    body.end();
    await body.return();
    expect(source.commands).toEqual([]);
  });
});

function onePacket(body: ReplyBody): ReplyBody {
  body.add(Buffer.from('first'));
  return body;
}

async function settled(promise: Promise<unknown> | undefined): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}
