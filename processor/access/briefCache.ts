/** Remembers answers for a short time, and asks once for all who ask meanwhile. A failed question is not remembered. */
export interface BriefCache<Value> {
  get(key: string, ask: () => Promise<Value>): Promise<Value>;
  clear(): void;
}

interface Entry<Value> {
  readonly answer: Promise<Value>;
  readonly expiresAtMs: number;
}

/** Holds `entriesMax` at most; the oldest goes first. */
export function createBriefCache<Value>(options: {
  ttlMs: number;
  entriesMax: number;
  nowMs: () => number;
}): BriefCache<Value> {
  const entries = new Map<string, Entry<Value>>();

  function remember(key: string, answer: Promise<Value>): void {
    entries.delete(key);
    if (entries.size >= options.entriesMax) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
    // From the question on, not from the answer: what changes while the store answers is seen a TTL after at the latest.
    const entry = { answer, expiresAtMs: options.nowMs() + options.ttlMs };
    entries.set(key, entry);
    answer.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
  }

  return {
    get(key, ask) {
      const entry = entries.get(key);
      if (entry !== undefined && options.nowMs() < entry.expiresAtMs) return entry.answer;
      const answer = ask();
      remember(key, answer);
      return answer;
    },
    clear: () => entries.clear(),
  };
}
