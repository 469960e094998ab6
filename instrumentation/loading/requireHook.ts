import module, { createRequire } from 'node:module';
import { sep } from 'node:path';

/** `name` is the package's for its main file; for any other it goes on with the path inside the package. */
export type OnLoaded = (exported: unknown, name: string, baseDirectory?: string) => unknown;

type Require = (this: unknown, id: string, ...rest: unknown[]) => unknown;

interface ModuleClass {
  readonly prototype: { require: Require };
  _resolveFilename(id: string, parent: unknown): string;
}

const NODE_MODULES = `${sep}node_modules${sep}`;
const load = createRequire(import.meta.url);

/**
 * Hands what `require` gives of the named packages to `onLoaded`, once a file, and gives what that makes of it. As
 * `require-in-the-middle` does, which asks for the main file of a package with each file that is loaded of it: a sixth of
 * the time that `require('openai')` takes.
 */
export function hookRequire(names: ReadonlySet<string>, onLoaded: OnLoaded): void {
  const modules = module as unknown as ModuleClass;
  const original = modules.prototype.require;
  const given = new Map<string, { readonly exported: unknown; instead: unknown }>();
  const loading = new Set<string>();
  modules.prototype.require = function (...args): unknown {
    const place = placeOf(args[0], this, modules, names);
    // What is required again while it is loaded, in a cycle, is not complete.
    if (place === null || loading.has(place.file)) return original.apply(this, args);
    const { file, name, baseDirectory } = place;
    let exported: unknown;
    loading.add(file);
    try {
      exported = original.apply(this, args);
    } finally {
      loading.delete(file);
    }
    // A file that was taken out of `require.cache` exports something new.
    const before = given.get(file);
    if (before !== undefined && before.exported === exported) return before.instead;
    // Before the call, which may require the same.
    const now = { exported, instead: exported };
    given.set(file, now);
    now.instead = onLoaded(exported, name, baseDirectory);
    return now.instead;
  };
}

interface Place {
  readonly file: string;
  readonly name: string;
  readonly baseDirectory: string;
}

/** Null for what is not watched, and for what cannot be found, of which `require` itself tells. */
function placeOf(id: unknown, parent: unknown, modules: ModuleClass, names: ReadonlySet<string>): Place | null {
  if (typeof id !== 'string' || module.isBuiltin(id)) return null;
  let file: string;
  try {
    file = modules._resolveFilename(id, parent);
  } catch {
    return null;
  }
  const start = file.lastIndexOf(NODE_MODULES) + NODE_MODULES.length;
  if (start < NODE_MODULES.length) return null;
  const parts = file.slice(start).split(sep, file[start] === '@' ? 2 : 1);
  const packageName = parts.join('/');
  const baseDirectory = file.slice(0, start) + parts.join(sep);
  if (names.has(id)) return { file, name: id, baseDirectory };
  if (!names.has(packageName)) return null;
  const isMain = mainFile(packageName, baseDirectory) === file;
  return { file, name: isMain ? packageName : packageName + file.slice(baseDirectory.length), baseDirectory };
}

const mainFiles = new Map<string, string | null>();

function mainFile(packageName: string, baseDirectory: string): string | null {
  const known = mainFiles.get(baseDirectory);
  if (known !== undefined) return known;
  let found: string | null = null;
  try {
    found = load.resolve(packageName, { paths: [baseDirectory] });
  } catch {
    // A package of which only parts can be required.
  }
  mainFiles.set(baseDirectory, found);
  return found;
}
