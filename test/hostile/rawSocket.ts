import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome, Target } from './hostileCase.ts';

const ANSWER_BYTES_MAX = 1_000_000;

/** A connection of bytes, whose end is no error: that is what a server does to who is hostile. */
export class RawSocket {
  readonly #socket: net.Socket;
  readonly #closed: Promise<void>;
  #received = Buffer.alloc(0);
  #onData: () => void = () => undefined;

  constructor({ host, port }: Target['http']) {
    this.#socket = net.connect({ host, port, noDelay: true });
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#received.length < ANSWER_BYTES_MAX) this.#received = Buffer.concat([this.#received, chunk]);
      this.#onData();
    });
    this.#closed = new Promise((resolve) => void this.#socket.once('close', () => resolve()));
  }

  write(bytes: Uint8Array | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Resolves when the server closes, when `isEnough` of what has come, or after `waitMs`. */
  async answer(isEnough: (text: string) => boolean, waitMs: number): Promise<string> {
    const text = (): string => this.#received.toString('latin1');
    const enough = new Promise<void>((resolve) => {
      this.#onData = () => {
        if (isEnough(text())) resolve();
      };
      this.#onData();
    });
    const waiting = new AbortController();
    await Promise.race([
      enough,
      this.#closed,
      delay(waitMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    return text();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** RST and no FIN. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

/** Statuses of the answers in a stream of HTTP/1.1. */
export function statusesIn(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status ?? '');
}

export function outcomeOfStatuses(statuses: readonly string[]): Outcome {
  const status = statuses.findLast((each) => each !== '100');
  if (status === undefined) return 'closed';
  return status === '503' ? 'shed' : `http ${status}`;
}
