/** Who asks for an answer in the background does so within minutes; what is not asked for any more ends as it is. */
const AWAITED_MS_MAX = 3_600_000;

/** `/responses/ID`, OpenAI's, and `/interactions/ID`, Gemini's; either may be cancelled, which is an answer as well. */
const PATH = /\/(?:responses|interactions)\/([^/]+)(\/cancel)?$/;

/** Calls whose model goes on after it has answered with an id, by that id: their usage comes with the answer that is fetched. */
export class BackgroundCalls<Call extends { close(): void }> {
  readonly #awaited = new Map<string, { readonly call: Call; readonly timer: NodeJS.Timeout }>();

  get isAny(): boolean {
    return this.#awaited.size > 0;
  }

  add(id: string, call: Call): void {
    if (this.#awaited.get(id)?.call === call) return;
    const timer = setTimeout(() => call.close(), AWAITED_MS_MAX).unref();
    this.#awaited.set(id, { call, timer });
  }

  remove(id: string, call: Call): void {
    const found = this.#awaited.get(id);
    if (found?.call !== call) return;
    clearTimeout(found.timer);
    this.#awaited.delete(id);
  }

  /** Whose answer a request fetches. */
  fetchedBy(method: string, { pathname }: URL): Call | null {
    const [, id = '', cancel] = PATH.exec(pathname) ?? [];
    return method === (cancel === undefined ? 'GET' : 'POST') ? (this.#awaited.get(id)?.call ?? null) : null;
  }
}
