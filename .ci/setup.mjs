// Installs the npm packages of the lock file when they are missing or older than it, so that `npm start` and `npm test`
// are the only commands that a fresh clone needs. Runs on any Node >= 20, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
const upToDate = existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;

if (!upToDate) {
  process.stderr.write('installing npm packages (once) …\n');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error) process.stderr.write(`npm could not be started: ${error.message}\n`);
  process.exit(status ?? 1);
}
