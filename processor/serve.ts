import { setTimeout as delay } from 'node:timers/promises';
import { describeProblem, readConfig, type Config, type Flags } from './config.ts';
import { createLog, type Log } from './log.ts';
import { startUp, type Running } from './startUp.ts';
import { awaitStop, type Stop } from './stopSignal.ts';

/** From the end of `shutdown_delay_ms` to the end of the process, whatever is still under way. The contract allows 10 s. */
const STOP_DEADLINE_MS = 9_000;

export interface ServeEdges {
  readonly version: string;
  readonly print: (text: string) => void;
}

/** Runs the service until it is asked to stop. Resolves to the exit code; what went wrong stands in the log. */
export async function serve(flags: Flags, edges: ServeEdges): Promise<number> {
  const log = createLog();
  const read = readConfig(flags);
  if (!read.ok) {
    for (const problem of read.problems) log.fatal(problem, describeProblem(problem));
    return 1;
  }
  log.level = read.config.logLevel;
  const stop = awaitStop(log);
  return Promise.race([stop.forced, run(read.config, edges, log, stop)]);
}

async function run(config: Config, edges: ServeEdges, log: Log, stop: Stop): Promise<number> {
  let running: Running | null;
  try {
    // Asked to stop before it listens: nothing was taken, nothing is to be finished.
    running = await Promise.race([startUp(config, edges.version, log, stop.giveUp), stop.asked.then(() => null)]);
  } catch (fault) {
    log.fatal(fault instanceof Error ? fault.message : String(fault));
    return 1;
  }
  if (running === null) return 0;
  const { grpc, http, api, store } = running.addresses;
  edges.print(`ready grpc=${grpc} http=${http} api=${api} store=${store}\n`);
  await stop.asked;
  // Who sends requests here finds out first, and takes its time to send them elsewhere.
  running.leave();
  await delay(config.shutdownDelayMs);
  const isDone = await Promise.race([running.stop().then(() => true), delay(STOP_DEADLINE_MS, false, { ref: false })]);
  if (isDone) log.info('stopped');
  else
    log.warn(`not everything was finished within ${STOP_DEADLINE_MS} ms; what was not committed was not acknowledged`);
  return 0;
}
