export interface Queued {
  readonly tenant: string;
  /** What fairness counts: spans, or bytes. */
  readonly size: number;
}

interface Line<Item> {
  readonly items: Item[];
  /** What was taken of the tenant so far, from where the others were when it began to wait. */
  served: number;
}

/**
 * What waits, taken fairly across tenants: the next is always of the tenant that was served least, so that who
 * sends little never waits for who sends much (start-time fair queueing). Within a tenant in the order of arrival.
 */
export class FairQueue<Item extends Queued> {
  readonly #lines = new Map<string, Line<Item>>();
  #served = 0;

  push(item: Item): void {
    const line = this.#lines.get(item.tenant);
    if (line === undefined) this.#lines.set(item.tenant, { items: [item], served: this.#served });
    else line.items.push(item);
  }

  /** As many as fit, at least one where there is one. */
  take(sizeMax: number): readonly Item[] {
    const taken: Item[] = [];
    let size = 0;
    for (;;) {
      const line = this.#next();
      const [item] = line?.items ?? [];
      if (line === undefined || item === undefined) return taken;
      if (taken.length > 0 && size + item.size > sizeMax) return taken;
      size += item.size;
      taken.push(item);
      line.items.shift();
      this.#served = line.served;
      // An export without spans counts too, or a tenant of such exports would always be the next.
      line.served += Math.max(item.size, 1);
      if (line.items.length === 0) this.#lines.delete(item.tenant);
    }
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  #next(): Line<Item> | undefined {
    let next: Line<Item> | undefined;
    for (const line of this.#lines.values()) if (next === undefined || line.served < next.served) next = line;
    return next;
  }
}
