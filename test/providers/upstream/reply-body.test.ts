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
  for (let bytes = await body.read(); bytes !== undefined; bytes = await body.read()) text += bytes.toString();
  return text;
}

describe('the body of an answer', () => {
  it('gives its reader every packet once and in order, however reading and arriving take turns', async () => {
    const steps = fc.array(fc.oneof(fc.constant('read' as const), fc.string({ minLength: 1, maxLength: 5 })));
    await fc.assert(
      fc.asyncProperty(steps, async (turns) => {
        const body = new ReplyBody(notedSource(), 30_000);
        const reads: Promise<Buffer | undefined>[] = [];
        for (const turn of turns) {
          if (turn !== 'read') body.add(Buffer.from(turn));
          // One reader reads one packet at a time.
          else if (await settled(reads.at(-1))) reads.push(body.read());
        }
        body.end();
        const read = await Promise.all(reads);
        const text = read.map((bytes) => bytes?.toString() ?? '').join('') + (await textOf(body));
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
    await body.read();
    expect(source.commands).toEqual(['pause', 'resume']);
  });

  it('gives what had come before the connection broke, and then says why', async () => {
    const body = new ReplyBody(notedSource(), 30_000);
    body.add(Buffer.from('half'));
    body.fail(new Error('reset'));
    expect((await body.read())?.toString()).toBe('half');
    await expect(body.read()).rejects.toThrow('reset');
  });

  it('lets the connection go where its reader does, and takes nothing more', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    body.add(Buffer.from('first'));
    body.leave();
    body.add(Buffer.from('late'));
    expect(source.commands).toEqual(['abort']);
    expect(await body.read()).toBeUndefined();
  });

  it('is read whole, however many packets it comes in, without making the upstream wait', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    const reading = body.readUpTo(1_000_000);
    for (let packet = 0; packet < 5; packet++) {
      body.add(Buffer.alloc(50_000));
      await turn();
    }
    body.end();
    expect((await reading).length).toBe(250_000);
    expect(source.commands).toEqual([]);
  });

  it('is not read whole beyond the bound that its reader has', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    const reading = body.readUpTo(10);
    body.add(Buffer.alloc(10));
    await turn();
    expect(source.commands).toEqual([]);
    body.add(Buffer.alloc(1));
    expect((await reading).length).toBe(11);
    expect(source.commands).toEqual(['abort']);
  });

  it('is no whole body where the connection broke', async () => {
    const body = new ReplyBody(notedSource(), 30_000);
    const reading = body.readUpTo(10);
    body.add(Buffer.from('half'));
    body.fail(new Error('reset'));
    await expect(reading).rejects.toThrow('reset');
  });

  it('goes on for a reader of all of it that comes when much is held', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    body.add(Buffer.alloc(70_000));
    const reading = body.readUpTo(1_000_000);
    expect(source.commands).toEqual(['pause', 'resume']);
    body.end();
    expect((await reading).length).toBe(70_000);
  });

  it('lets nothing go that has come to its end', async () => {
    const source = notedSource();
    const body = new ReplyBody(source, 30_000);
    body.end();
    body.leave();
    expect(source.commands).toEqual([]);
  });
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function settled(promise: Promise<unknown> | undefined): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}
