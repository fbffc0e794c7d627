// Loaded before the gateway itself: says, when it is asked, what memory the process holds once everything that can go has gone.
const collect: unknown = Reflect.get(globalThis, 'gc');
if (typeof collect !== 'function') throw new Error('start it with --expose-gc');

process.on('message', () => {
  collect();
  // What waits for its finalizer goes in the turn after.
  setTimeout(() => {
    collect();
    process.send?.(process.memoryUsage());
  }, 200);
});
// Whoever asks must not keep it from ending.
process.channel?.unref();
