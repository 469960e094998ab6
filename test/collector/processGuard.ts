import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Ends every process that is watched when this one ends, by SIGKILL even: no run leaves a Collector behind. */
export interface ProcessGuard extends Disposable {
  watch(pid: number | undefined): void;
  /** To be told as soon as it is gone, as its id may become another's. */
  forget(pid: number | undefined): void;
}

/** A shell waits for the end of its stdin, which comes in any case, then ends those whose ids are file names in the directory. */
export function startGuard(directory: string): ProcessGuard {
  const pids = path.join(directory, 'pids');
  fs.mkdirSync(pids, { recursive: true });
  const script = 'cat > /dev/null; for f in "$1"/*; do [ -f "$f" ] && kill -KILL "${f##*/}"; done';
  const guard = spawn('sh', ['-c', script, 'sh', pids], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  const fileOf = (pid: number): string => path.join(pids, String(pid));
  return {
    watch: (pid) => {
      if (pid !== undefined) fs.writeFileSync(fileOf(pid), '');
    },
    forget: (pid) => {
      if (pid !== undefined) fs.rmSync(fileOf(pid), { force: true });
    },
    [Symbol.dispose]: () => guard.stdin?.end(),
  };
}
