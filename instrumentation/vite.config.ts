import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { BuildEnvironmentOptions, Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const load = createRequire(import.meta.url);

/**
 * CommonJS reads `fs.writeFileSync` at each call, and an application that has replaced it would be asked for our files.
 * Taken out of Node's modules once, as an import of an ES module is, it is Node's own.
 */
const ownBuiltins: Plugin = {
  name: 'own-builtins',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name === 'preload',
  resolveId: (id, importer) => (isBuiltin(id) && importer?.endsWith('.ts') === true ? `\0${id}` : null),
  load: (id) => {
    if (!id.startsWith('\0node:')) return null;
    const names = Object.keys(load(id.slice(1)) as object).filter((name) => name !== 'default');
    return [
      `const all = require('${id.slice(1)}');`,
      'export default all;',
      ...names.map((name) => `export const ${name} = all.${name};`),
    ].join('\n');
  },
};

/** The loader's thread runs `register` alone, and reads nothing else. */
const preloadApart: Plugin = {
  name: 'preload-apart',
  enforce: 'pre',
  resolveId: (id, importer) =>
    importer?.endsWith('.cts') === true && id === './preload.ts' ? { id: './preload.cjs', external: true } : null,
};

const build = (input: Readonly<Record<string, string>>, format: 'cjs' | 'es'): BuildEnvironmentOptions => {
  const ending = format === 'cjs' ? 'cjs' : 'js';
  return {
    outDir: 'dist/instrumentation',
    emptyOutDir: false,
    ssr: true,
    target: 'es2022',
    // People read it in their debuggers.
    minify: false,
    rolldownOptions: {
      input,
      treeshake: { propertyReadSideEffects: false },
      output: { format, entryFileNames: `[name].${ending}`, chunkFileNames: `[name].${ending}` },
    },
  };
};

export default defineConfig({
  root: here,
  logLevel: 'warn',
  plugins: [ownBuiltins, preloadApart],
  environments: {
    preload: { consumer: 'server', build: build({ register: 'register.cts', preload: 'preload.ts' }, 'cjs') },
    modules: {
      consumer: 'server',
      build: build({ index: 'index.ts', importHook: 'loading/importHook.ts', exitSend: 'sending/exitSend.ts' }, 'es'),
    },
  },
  builder: {
    async buildApp(builder) {
      const { preload, modules } = builder.environments;
      for (const environment of [preload, modules]) if (environment !== undefined) await builder.build(environment);
    },
  },
});
