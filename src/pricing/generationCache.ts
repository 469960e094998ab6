/**
 * A bounded cache by two keys that forgets what was not used lately. Two generations of half the bound each: when the
 * young one is full it becomes the old one and the old one is dropped, and what is used in the old one moves to the young.
 * So a hit is two look-ups and no bookkeeping, where a strict least-recently-used order would write on every hit.
 */
export class GenerationCache<Value> {
  readonly #generationSize: number;
  #young = new Map<string, Map<string, Value>>();
  #old = new Map<string, Map<string, Value>>();
  #youngSize = 0;

  constructor(entriesMax: number) {
    this.#generationSize = Math.max(1, Math.floor(entriesMax / 2));
  }

  get(first: string, second: string): Value | undefined {
    const young = this.#young.get(first)?.get(second);
    if (young !== undefined) return young;
    const old = this.#old.get(first)?.get(second);
    if (old !== undefined) this.set(first, second, old);
    return old;
  }

  /** Adds an entry whose keys are not in the cache, or moves it to the young generation. */
  set(first: string, second: string, value: Value): void {
    if (this.#youngSize >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSize = 0;
    }
    let inner = this.#young.get(first);
    if (inner === undefined) {
      inner = new Map();
      this.#young.set(first, inner);
    }
    if (!inner.has(second)) this.#youngSize += 1;
    inner.set(second, value);
  }

  get size(): number {
    let size = 0;
    for (const generation of [this.#young, this.#old]) for (const inner of generation.values()) size += inner.size;
    return size;
  }
}
