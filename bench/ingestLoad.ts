/**
 * The load generator of `bench/ingest.ts`, a process of its own: N keep-alive connections, each sending one export after
 * the other for a fixed time. Every export has new ids. Only exports answered 200 without a partial success count.
 * Reads its task as JSON from the first argument, prints its findings as one line of JSON.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPayloadSource } from './payloads.ts';
import { quantile } from './table.ts';

export interface LoadTask {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly spansARequest: number;
  readonly genAiShare: number;
  readonly rootsLater: boolean;
  readonly seed: number;
}

export interface LoadFindings {
  readonly elapsedSeconds: number;
  readonly ackedRequests: number;
  readonly spans: number;
  readonly llmSpans: number;
  /** Answers 429 and 503: sent anew as another export, nothing counted. */
  readonly refusedRequests: number;
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  /** The first answer that was neither, if any. */
  readonly fault: string | null;
}

const REFUSED_PAUSE_MS = 50;
/** Spans start a little before they are sent, as real ones do. */
const SENT_AFTER_NANO = 5_000_000_000n;

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

function post(agent: Agent, url: URL, body: Uint8Array): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    const outgoing = request(url, { method: 'POST', agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function generateLoad(task: LoadTask): Promise<LoadFindings> {
  const url = new URL('/v1/traces', task.url);
  const agent = new Agent({ keepAlive: true, maxSockets: task.connections });
  const source = createPayloadSource({
    spans: task.spansARequest,
    seed: task.seed,
    genAiShare: task.genAiShare,
    rootsLater: task.rootsLater,
  });
  const ackMs: number[] = [];
  let refusedRequests = 0;
  let fault: string | null = null;
  const startedMs = performance.now();
  const endMs = startedMs + task.seconds * 1000;

  async function sendOnOneConnection(): Promise<void> {
    while (performance.now() < endMs && fault === null) {
      const body = source.next(BigInt(Date.now()) * 1_000_000n - SENT_AFTER_NANO);
      const sentMs = performance.now();
      const reply = await post(agent, url, body);
      if (reply.status === 200 && reply.body.length === 0) ackMs.push(performance.now() - sentMs);
      else if (reply.status === 429 || reply.status === 503) {
        refusedRequests += 1;
        await sleep(REFUSED_PAUSE_MS);
      } else fault ??= `${reply.status} ${reply.body.toString('utf8').slice(0, 300)}`;
    }
  }

  await Promise.all(Array.from({ length: task.connections }, sendOnOneConnection));
  agent.destroy();
  return {
    elapsedSeconds: (performance.now() - startedMs) / 1000,
    ackedRequests: ackMs.length,
    spans: ackMs.length * source.spans,
    llmSpans: ackMs.length * source.genAiSpans,
    refusedRequests,
    ackMsP50: quantile(ackMs, 0.5),
    ackMsP99: quantile(ackMs, 0.99),
    fault,
  };
}

const task = JSON.parse(process.argv[2] ?? '') as LoadTask;
process.stdout.write(`${JSON.stringify(await generateLoad(task))}\n`);
