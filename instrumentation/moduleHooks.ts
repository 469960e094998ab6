import { createRequire, register } from 'node:module';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { anthropic } from './anthropic.ts';
import { patchClient } from './clientPatch.ts';
import { openai } from './openai.ts';
import type { ClientFamily } from './operation.ts';
import { SCOPE, VERSION } from './scope.ts';

const families: readonly ClientFamily[] = [openai, anthropic];
/** Any version: what is patched is decided by the shape of the class. */
const versions = ['*'];

class LlmClientInstrumentation extends InstrumentationBase {
  constructor() {
    super(SCOPE, VERSION, {});
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return families.map((family) => {
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
  const own = createRequire(import.meta.url);
  const instrumentation = createRequire(own.resolve('@opentelemetry/instrumentation'));
  const files = families.flatMap(({ packageName, clientFiles }) =>
    clientFiles
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => new RegExp(`/node_modules/${packageName}/${file.replace('.', '\\.')}$`)),
  );
  const include = [...families.map(({ packageName }) => packageName), ...files];
  const { supportsSyncHooks } = instrumentation('import-in-the-middle/supports-sync-hooks.mjs') as {
    supportsSyncHooks: () => boolean;
  };
  if (supportsSyncHooks()) {
    const hooks = instrumentation('import-in-the-middle/register-hooks.mjs') as { register: (options: object) => void };
    hooks.register({ include });
  } else {
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include } });
  }
}
