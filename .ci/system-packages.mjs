// Installs what `npm test` needs beside npm packages, where it may: as root on a Debian-like system. For anyone else what is absent is
// named with the command that installs it, and the tests that need it are skipped and counted.
import { spawnSync } from 'node:child_process';

const needed = [{ command: 'redis-server', package: 'redis-server' }];

const runs = (command, ...words) => spawnSync(command, words, { stdio: 'ignore' }).status === 0;
const absent = needed.filter(({ command }) => !runs(command, '--version')).map((entry) => entry.package);

if (absent.length > 0) {
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...absent];
  if (process.getuid?.() === 0 && runs('apt-get', '--version')) {
    process.stderr.write(`installing ${absent.join(', ')} (once) …\n`);
    runs('apt-get', 'update');
    spawnSync('apt-get', install.slice(1), {
      stdio: ['ignore', 'ignore', 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    });
  } else process.stderr.write(`tests that need ${absent.join(', ')} are skipped: ${install.join(' ')}\n`);
}
