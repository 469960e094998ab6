import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, '..');

/** The SDKs of all sets, from their lock; installed once for all Node majors, as none of them compiles anything. */
export default function installSets(): void {
  if (isInstalled()) return;
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: directory, stdio: 'inherit' });
}

/** npm writes down what it installed; that has to be what the lock names. */
function isInstalled(): boolean {
  const written = join(directory, 'node_modules/.package-lock.json');
  if (!existsSync(written)) return false;
  const wanted = packagesOf(join(directory, 'package-lock.json'));
  const found = packagesOf(written);
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      !path.includes('node_modules/') || optional === true || link === true || found[path]?.version === version,
  );
}

interface LockedPackage {
  readonly version?: string;
  readonly optional?: boolean;
  readonly link?: boolean;
}

const packagesOf = (file: string): Readonly<Record<string, LockedPackage>> =>
  (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> }).packages;
