// Loaded into a process before anything else (`--import`): how long its event loop ever stood still, from the first SIGUSR2 on, written
// to the file that `LOOP_PROBE` names when the process ends. `own` is the time in which its thread really ran: what is beyond that, the
// machine gave to others.
import { writeFileSync } from 'node:fs';

const file = process.env['LOOP_PROBE'] ?? '';
const everyMs = 2;
const gaps: { readonly wall: number; readonly own: number }[] = [];
const ownTime = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
process.once('SIGUSR2', () => {
  let [wallAt, ownAt] = [performance.now(), ownTime()];
  setInterval(() => {
    const [wall, own] = [performance.now(), ownTime()];
    gaps.push({ wall: Math.max(0, wall - wallAt - everyMs), own: own - ownAt });
    [wallAt, ownAt] = [wall, own];
  }, everyMs).unref();
});
process.on('exit', () => {
  const of = (name: 'wall' | 'own') => {
    const sorted = gaps.map((gap) => gap[name]).sort((a, b) => a - b);
    return { p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, most: sorted.at(-1) ?? 0 };
  };
  writeFileSync(file, JSON.stringify({ wall: of('wall'), own: of('own') }));
});
