/** What is done to one package as it is loaded: to every copy of it, CommonJS or ES module, once a file. */
export interface ModulePatch {
  readonly packageName: string;
  /** Files of the package to be patched beside its main file, as paths inside it: `client.js`, `client.mjs`. */
  readonly files: readonly string[];
  /** Another major version is patched as well, by shape, and said once. A version 0.x has major 0. */
  readonly testedMajors: readonly number[];
  /**
   * `exported` is `module.exports`, or the namespace of an ES module, whose exports can be assigned. Prototypes are to be
   * patched rather than exports replaced. The same class may come several times: by several files, by both formats.
   * An object given back is what whoever requires a CommonJS module gets in its place.
   */
  patch(exported: unknown, version: string | null): unknown;
}
