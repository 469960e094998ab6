/** How a stand-in behaves towards one scenario. */
export interface Fault {
  readonly status?: number;
  /** Only so often. */
  readonly times?: number;
  readonly isReset?: boolean;
  readonly delayMs?: number;
  readonly chunkDelayMs?: number;
}

/** Longer than the application needs to leave, on any machine. */
const LATE_MS = 2_000;
/** Each event comes alone, however busy the machine is. */
const CHUNK_MS = 250;

/** By the name of the scenario, which its model has. */
const faults: Readonly<Record<string, Fault>> = {
  'm-error400': { status: 400 },
  'm-error400Stream': { status: 400 },
  'm-error500Retried': { status: 500, times: 1 },
  'm-errorNetwork': { isReset: true },
  'm-chatAbort': { delayMs: LATE_MS },
  'm-streamBreak': { chunkDelayMs: CHUNK_MS },
  'm-streamAbort': { chunkDelayMs: CHUNK_MS },
  'm-unhandledFailure': { status: 400 },
};

const none: Fault = {};
export const faultOf = (model: string): Fault => faults[model] ?? none;
