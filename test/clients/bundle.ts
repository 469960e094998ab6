import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Format } from './support/clientRun.ts';
import { setDirectory } from './support/clientRun.ts';

/** As much of esbuild as is used here: it is a package of the applications, not of this project. */
interface Bundler {
  buildSync(options: Readonly<Record<string, unknown>>): unknown;
}

/** One file with the SDK in it, which no hook of Node's loaders sees. */
export function bundle(entry: string, format: Format): string {
  const esbuild = createRequire(join(setDirectory('loading'), 'x.js'))('esbuild') as Bundler;
  const outfile = join(dirname(entry), `bundle.${entry.slice(entry.lastIndexOf('/') + 1)}`);
  const isModule = format === 'mjs';
  esbuild.buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: isModule ? 'esm' : 'cjs',
    logLevel: 'error',
    // As bundlers' users write it, for the parts that are CommonJS.
    ...(isModule
      ? {
          banner: {
            js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
          },
        }
      : {}),
  });
  return outfile;
}
