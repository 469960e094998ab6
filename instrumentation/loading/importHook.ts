/**
 * The loader hook for ES modules, as it runs in Node's loader thread. It is an instance of its own: the ready-made one is
 * shared by all who register it, so that our `include` would take away the modules of an application's own
 * instrumentations, and theirs ours.
 */
export interface ImportHookOptions {
  /** `hook.mjs` of the copy of import-in-the-middle whose subscribers are to be told. */
  readonly hookUrl: string;
  readonly include: readonly (string | RegExp)[];
}

type Step = (specifierOrUrl: string, context: StepContext, next: Step) => unknown;

interface StepContext {
  readonly conditions?: readonly string[];
}

export interface ImportHook {
  readonly resolve: Step;
  readonly load: Step;
  readonly resolveSync: Step;
  readonly loadSync: Step;
}

interface HookMaker {
  createHook(meta: {
    url: string;
  }): ImportHook & { applyOptions(options: { include: readonly (string | RegExp)[] }): void };
}

export function makeImportHook(maker: unknown, { hookUrl, include }: ImportHookOptions): ImportHook {
  const hook = (maker as HookMaker).createHook({ url: hookUrl });
  hook.applyOptions({ include });
  return hook;
}

let hook: ImportHook | null = null;

export async function initialize(options: ImportHookOptions): Promise<void> {
  hook = makeImportHook(await import(new URL('create-hook.mjs', options.hookUrl).href), options);
}

export const resolve: Step = (specifier, context, next) =>
  hook === null ? next(specifier, context, next) : hook.resolve(specifier, context, next);

export const load: Step = (url, context, next) =>
  hook === null ? next(url, context, next) : hook.load(url, context, next);
