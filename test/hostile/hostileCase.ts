import { createRandom } from '../../bench/random.ts';

/** Random bits of one case: the same for a seed and a number, whatever ran before it. */
export class Draw {
  readonly bits: () => number;

  constructor(seed: number, number: number) {
    const mixed = createRandom(seed)() ^ Math.imul(number + 1, 0x9e3779b1);
    this.bits = createRandom(mixed);
    this.bits();
  }

  /** 0 to `end` - 1. */
  below(end: number): number {
    return this.bits() % end;
  }

  oneOf<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('expected something to choose from');
    return item;
  }

  /** True once in `times`. */
  isOnceIn(times: number): boolean {
    return this.below(times) === 0;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.bits() & 0xff));
  }
}

/** Where the service listens, and the key that hostile senders use. */
export interface Target {
  readonly http: { readonly host: string; readonly port: number };
  readonly grpc: { readonly host: string; readonly port: number };
  readonly key: string;
}

export interface HttpRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What one case sends, and by which way. */
export type Sending =
  | { readonly via: 'http'; readonly request: HttpRequest }
  | { readonly via: 'grpc'; readonly signal: 'traces' | 'logs'; readonly body: Uint8Array; readonly isGzip: boolean }
  | { readonly via: 'socket'; readonly play: (target: Target) => Promise<Outcome> };

/**
 * What a sender saw: `http 200`, `grpc 3`, `partial` (success with rejected items), `closed` (the connection, without an
 * answer), `shed` (503 or UNAVAILABLE with a delay), `fault` (Tollgate says that it failed itself).
 */
export type Outcome = string;

/** A way to be hostile. */
export interface Kind {
  readonly name: string;
  /** How many of 1,000 cases, about. */
  readonly share: number;
  readonly allowed: readonly Outcome[];
  /** `nowNano` is when the run began, so that a case sends the same bytes relative to it. */
  make(draw: Draw, nowNano: bigint): Sending;
}

/** What is read, in full or in part, or refused for what it is. */
export const TAKEN: readonly Outcome[] = ['http 200', 'grpc 0', 'partial'];
export const MALFORMED: readonly Outcome[] = ['http 400', 'grpc 3'];
export const TOO_LARGE: readonly Outcome[] = ['http 413', 'grpc 8'];
