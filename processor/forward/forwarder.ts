import path from 'node:path';
import { makeDataDir } from '../dataDir.ts';
import type { ForwardConfig } from '../forwardConfig.ts';
import type { Log } from '../log.ts';
import { lockDataDir } from '../store/dataDirLock.ts';
import { retryTimes, type RetryTimes } from './breaker.ts';
import { openDownstream } from './openDownstream.ts';
import type { ForwardTelemetry } from './forwardMetrics.ts';
import { encodePayload } from './payload.ts';
import { ForwardQueue } from './queue.ts';
import { nodeQueueDirectory, type QueueDirectory } from './queueDirectory.ts';
import { RareLog } from './rareLog.ts';
import { Sender } from './sender.ts';
import { SpanCounts } from './spanCounts.ts';

/** An ExportTraceServiceRequest in protobuf, and the number of its spans. */
interface ForwardPayload {
  readonly body: Uint8Array;
  readonly spans: number;
}

export interface Forwarder {
  /** Resolves when the payload is on disk. Rejects with `forward_queue_full` or, where it cannot be written, `forward_unavailable`. */
  take(payload: ForwardPayload): Promise<void>;
  /** Stops sending after what is under way, at most `graceMs`; what is left stays on disk for the next start. */
  close(graceMs: number): Promise<void>;
}

export interface ForwardParts {
  readonly dataDir: string;
  readonly telemetry: ForwardTelemetry;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly onFault: (fault: unknown) => void;
  readonly nowMs?: () => number;
  readonly random?: () => number;
  readonly times?: RetryTimes;
  readonly openDirectory?: (directory: string) => QueueDirectory;
}

const DIRECTORY = 'forward';
const SECOND_MS = 1000;

/** Opens the queue in DATA_DIR/forward and begins to send what is in it. Throws in plain words where another process has it. */
export async function openForwarder(config: ForwardConfig, parts: ForwardParts): Promise<Forwarder> {
  const { telemetry, log, onFault, nowMs = Date.now } = parts;
  const place = path.join(parts.dataDir, DIRECTORY);
  makeDataDir(place);
  const lock = lockDataDir(place, { directory: 'queue directory', holds: 'The queue of forwarding' });
  try {
    const downstream = openDownstream(config, nowMs);
    const counts = new SpanCounts(telemetry);
    const queue = await openQueue(config, parts, place, counts);
    const { random = Math.random, times = retryTimes } = parts;
    const { connections } = config;
    const sender = new Sender({
      queue,
      downstream,
      connections,
      counts,
      telemetry,
      log,
      onFault,
      // Delays are to last as long as they say also where somebody sets the machine's clock back.
      nowMs: parts.nowMs ?? (() => performance.now()),
      random,
      times,
    });
    telemetry.forwardQueue.oldestSeconds = () => {
      const takenAtMs = sender.oldestTakenAtMs;
      return takenAtMs === null ? 0 : Math.max(0, nowMs() - takenAtMs) / SECOND_MS;
    };
    sender.wake();
    return {
      async take({ body, spans }) {
        // A queue without room costs nobody the work of compressing.
        queue.requireRoom(0);
        const { bytes, encoding } = await encodePayload(body, config.compression === 'gzip' ? 'gzip' : 'identity');
        await queue.take(bytes, encoding, spans);
        sender.wake();
      },
      async close(graceMs) {
        await sender.stop(graceMs);
        await queue.close();
        lock.release();
      },
    };
  } catch (fault) {
    lock.release();
    throw fault;
  }
}

function openQueue(
  config: ForwardConfig,
  parts: ForwardParts,
  place: string,
  counts: SpanCounts,
): Promise<ForwardQueue> {
  const { telemetry, log, onFault, nowMs = Date.now, openDirectory = nodeQueueDirectory } = parts;
  const rare = new RareLog(nowMs);
  return ForwardQueue.open({
    directory: openDirectory(place),
    queueBytes: config.queueBytes,
    nowMs,
    events: {
      onRecovered: (spans) => counts.recovered(spans),
      onQueued: (spans) => counts.queued(spans),
      onBytes: (bytes) => telemetry.forwardQueueBytes.set(bytes),
      onCorrupt: (spans) => {
        counts.dropped(spans, 'corrupt');
        log.error({ part: 'forward', spans }, 'spans in the queue cannot be read and are not forwarded');
      },
      onCut: (file, bytes) => {
        log.warn({ part: 'forward', file, bytes }, 'a file of the queue ended within a record, which was cut');
      },
      onFault: (fault) => rare.say('fault', () => onFault(fault)),
    },
  });
}
