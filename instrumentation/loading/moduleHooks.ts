import module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { patchClient } from '../clients/clientPatch.ts';
import { makeImportHook } from './importHook.ts';
import type { ImportHookOptions } from './importHook.ts';
import { clientFamilies } from '../clients/families.ts';
import { SCOPE, VERSION } from '../scope.ts';

/** Any version: what is patched is decided by the shape of the class. */
const versions = ['*'];

class LlmClientInstrumentation extends InstrumentationBase {
  constructor() {
    super(SCOPE, VERSION, {});
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return clientFamilies.map((family) => {
      const patch = (exported: unknown): unknown => {
        patchClient(exported, family);
        return exported;
      };
      const files = family.clientFiles.map(
        (file) => new InstrumentationNodeModuleFile(`${family.packageName}/${file}`, versions, patch, nothing),
      );
      const definition = new InstrumentationNodeModuleDefinition(family.packageName, versions, patch, nothing, files);
      return Object.assign(definition, { includePrerelease: true });
    });
  }
}

function nothing(): void {
  // A patch is never taken back while the process runs.
}

/** Watches for the SDKs as they are required or imported. No other module is touched. */
export function hookModules(): void {
  hookImports();
  new LlmClientInstrumentation();
}

/**
 * ES modules need a loader hook, from the same copy of import-in-the-middle the instrumentation subscribes to: with two
 * copies there are silently no spans. `include` keeps every other module out of it, and saves half of its start time.
 */
function hookImports(): void {
  const instrumentation = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/instrumentation'));
  const clientFiles = clientFamilies.flatMap(({ packageName, clientFiles: files }) =>
    files
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => new RegExp(`/node_modules/${packageName}/${file.replace('.', '\\.')}$`)),
  );
  const options: ImportHookOptions = {
    hookUrl: pathToFileURL(instrumentation.resolve('import-in-the-middle/hook.mjs')).href,
    include: [...clientFamilies.map(({ packageName }) => packageName), ...clientFiles],
  };
  const { supportsSyncHooks } = instrumentation('import-in-the-middle/supports-sync-hooks.mjs') as {
    supportsSyncHooks: () => boolean;
  };
  if (supportsSyncHooks()) {
    const hook = makeImportHook(instrumentation('import-in-the-middle/create-hook.mjs'), options);
    (module as unknown as SyncHooks).registerHooks({ resolve: hook.resolveSync, load: hook.loadSync });
  } else {
    module.register('./importHook.js', import.meta.url, { data: options });
  }
}

/** Node 22.15 and later; the types are those of Node 20. */
interface SyncHooks {
  registerHooks(hooks: object): void;
}
