import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APT_TIMEOUT_MS = 280_000;

/** `TOLLGATE_CHROMIUM`, else one on the path, else Debian's, which root installs here. */
export async function findChromium(): Promise<string> {
  const found = process.env['TOLLGATE_CHROMIUM'] ?? onPath() ?? (await install());
  if (found !== null) return found;
  throw new Error(
    `The browser tests need Chromium: none of ${NAMES.join(', ')} is on the path. Install one, or say where it is: TOLLGATE_CHROMIUM=/path/to/chrome npm run test:browser`,
  );
}

function onPath(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return candidates.find((file) => fs.existsSync(file)) ?? null;
}

async function install(): Promise<string | null> {
  if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return null;
  console.log('Installing Chromium by apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeout: APT_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], options);
  return onPath();
}
