const MINUTE_MS = 60_000;

/** Says each thing once a minute at most: what is wrong with a downstream is wrong with every request. */
export class RareLog {
  readonly #nowMs: () => number;
  readonly #said = new Map<string, { atMs: number; unsaid: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** `write` gets the number of times that nothing was said since the last. */
  say(what: string, write: (unsaid: number) => void): void {
    const nowMs = this.#nowMs();
    const last = this.#said.get(what);
    if (last !== undefined && nowMs - last.atMs < MINUTE_MS) {
      last.unsaid += 1;
      return;
    }
    this.#said.set(what, { atMs: nowMs, unsaid: 0 });
    write(last?.unsaid ?? 0);
  }
}
