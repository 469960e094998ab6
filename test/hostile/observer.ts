import { readFileSync } from 'node:fs';

const MEBIBYTE = 1024 * 1024;
const INTERVAL_MS = 100;

/** Resident memory of a process, as Linux counts it. Null where there is no /proc. */
export function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

/** Looks at a process's memory until it is told to stop. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout;
  readonly #samples: number[] = [];

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      const bytes = residentBytes(pid);
      if (bytes !== null) this.#samples.push(bytes / MEBIBYTE);
    }, INTERVAL_MS);
  }

  stop(): { readonly peakMebibytes: number; readonly lastMebibytes: number } {
    clearInterval(this.#timer);
    const lowestAtEnd = Math.min(...this.#samples.slice(-20));
    return { peakMebibytes: Math.round(Math.max(0, ...this.#samples)), lastMebibytes: Math.round(lowestAtEnd) };
  }
}

/** Samples of the Prometheus text by name, labels summed up in the name's own way: `name` and `name{label="x"}`. */
export async function readMetrics(api: string, key: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${api}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
  const metrics = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    const found = /^([a-z_]+)(\{[^}]*\})? (\S+)$/.exec(line);
    if (found === null) continue;
    const [, name = '', labels = '', value = ''] = found;
    metrics.set(`${name}${labels}`, Number(value));
    if (labels !== '') metrics.set(name, (metrics.get(name) ?? 0) + Number(value));
  }
  return metrics;
}
