import { readFileSync, readdirSync } from 'node:fs';

/** What processes used, read from Linux's /proc. Everywhere else the figures are null. */

/** The kernel's USER_HZ, 100 on every Linux that Node runs on: one tick is 10 ms. */
const US_PER_TICK = 10_000;

interface ProcessStat {
  readonly parent: number;
  readonly ticks: number;
  /** Of children that have ended and were waited for. */
  readonly endedChildrenTicks: number;
}

function readStat(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold blanks and parentheses: count from its end.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map((at) => fields[at]);
    return { parent, ticks: utime + stime, endedChildrenTicks: cutime + cstime };
  } catch {
    return null;
  }
}

/** CPU microseconds of the process so far. */
export function cpuUs(pid: number): number | null {
  const stat = readStat(pid);
  return stat === null ? null : stat.ticks * US_PER_TICK;
}

/** CPU microseconds of a process and all its children, living and ended: a PostgreSQL server by its first process. */
export function familyCpuUs(pid: number): number | null {
  const own = readStat(pid);
  if (own === null) return null;
  let ticks = own.ticks + own.endedChildrenTicks;
  for (const entry of readdirSync('/proc')) {
    const child = /^\d+$/.test(entry) ? readStat(Number(entry)) : null;
    if (child !== null && child.parent === pid) ticks += child.ticks;
  }
  return ticks * US_PER_TICK;
}

/** Resident memory in MB (1e6 bytes). */
export function residentMb(pid: number): number | null {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match?.[1] === undefined ? null : (Number(match[1]) * 1024) / 1e6;
  } catch {
    return null;
  }
}
