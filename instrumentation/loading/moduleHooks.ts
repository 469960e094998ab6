import { readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { join, posix, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sayFault } from '../fault.ts';
import { makeImportHook } from './importHook.ts';
import type { ImportHook, ImportHookOptions } from './importHook.ts';
import type { ModulePatch } from './modulePatch.ts';
import { modulePatches } from './modulePatches.ts';
import { hookRequire } from './requireHook.ts';
import type { OnLoaded } from './requireHook.ts';
import { checkVersion } from './testedVersions.ts';

/**
 * The hooks of the copy that `@opentelemetry/instrumentation` uses: of two copies of import-in-the-middle, one that has
 * the loader's hook and one that is subscribed to, there are silently no spans.
 */
const require = createRequire(import.meta.url);
const load = createRequire(require.resolve('@opentelemetry/instrumentation'));

type HookClass = new (packages: string[], options: { internals: boolean }, onLoaded: OnLoaded) => unknown;

/** Watches for packages as they are required or imported. No other module is touched. */
export function hookModules(patches: readonly ModulePatch[] = modulePatches): void {
  const byName = new Map(patches.map((patch) => [patch.packageName, patch]));
  const onLoaded: OnLoaded = (exported, name, baseDirectory) => {
    try {
      return patchLoaded(exported, name.replaceAll(sep, posix.sep), baseDirectory, byName) ?? exported;
    } catch (fault) {
      sayFault(`patching ${name}`, fault);
      return exported;
    }
  };
  const names = [...byName.keys()];
  hookImports(patches);
  hookRequire(new Set(names), onLoaded);
  new (load('import-in-the-middle') as HookClass)(names, { internals: true }, onLoaded);
}

function patchLoaded(
  exported: unknown,
  name: string,
  baseDirectory: string | undefined,
  patches: ReadonlyMap<string, ModulePatch>,
): unknown {
  const packageName = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  const patch = patches.get(packageName);
  if (patch === undefined) return undefined;
  const file = name.slice(packageName.length + 1);
  if (file !== '' && !patch.files.includes(file)) return undefined;
  const version = baseDirectory === undefined ? null : versionIn(baseDirectory);
  checkVersion(patch, version);
  return patch.patch(exported, version);
}

const versions = new Map<string, string | null>();

function versionIn(directory: string): string | null {
  const known = versions.get(directory);
  if (known !== undefined) return known;
  const version = readVersion(directory);
  versions.set(directory, version);
  return version;
}

function readVersion(directory: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    // Of a bundler's making, or in an archive: then nobody knows.
    return null;
  }
}

/** ES modules need a loader hook. `include` keeps every other module out of it, and saves half of its start time. */
function hookImports(patches: readonly ModulePatch[]): void {
  const files = patches.flatMap(({ packageName, files: all }) =>
    all
      .filter((file) => isModuleFile(file, all))
      .map((file) => new RegExp(`/node_modules/${packageName}/${file.replaceAll('.', '\\.')}$`)),
  );
  const options: ImportHookOptions = {
    hookUrl: pathToFileURL(load.resolve('import-in-the-middle/hook.mjs')).href,
    include: [...patches.map(({ packageName }) => packageName), ...files],
  };
  if (supportsSyncHooks()) {
    const hook = makeImportHook(load('import-in-the-middle/create-hook.mjs'), options);
    // What is required is watched elsewhere. No built-in module is watched; import-in-the-middle takes the one that `node -e`
    // asks for first for a file.
    const resolve: ImportHook['resolveSync'] = (specifier, context, next) =>
      context.conditions?.includes('require') === true || module.isBuiltin(specifier)
        ? next(specifier, context, next)
        : hook.resolveSync(specifier, context, next);
    (module as unknown as SyncHooks).registerHooks({ resolve, load: hook.loadSync });
  } else {
    module.register('./importHook.js', import.meta.url, { data: options });
  }
}

function supportsSyncHooks(): boolean {
  if (!('registerHooks' in module)) return false;
  const known = load('import-in-the-middle/supports-sync-hooks.mjs') as { supportsSyncHooks: () => boolean };
  return known.supportsSyncHooks();
}

/**
 * Whether a file of a package is an ES module, told by the file of the other format beside it. A CommonJS file must not pass the
 * loader's hook: where a TypeScript runner has it load them, Node 20 ends the process.
 */
const isModuleFile = (file: string, files: readonly string[]): boolean =>
  file.endsWith('.mjs') || (file.endsWith('.js') && files.includes(file.replace(/js$/, 'cjs')));

/** Node 22.15 and later; the types are those of Node 20. */
interface SyncHooks {
  registerHooks(hooks: object): void;
}
