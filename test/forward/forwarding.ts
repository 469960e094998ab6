import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Registry } from 'prom-client';
import { expect, vi } from 'vitest';
import { type ForwardParts, type Forwarder, openForwarder } from '../../processor/forward/forwarder.ts';
import { forwardMetrics } from '../../processor/forward/forwardMetrics.ts';
import type { ForwardConfig } from '../../processor/forwardConfig.ts';
import { spanNames, tracesBody } from './traceBodies.ts';

const WAIT_MS = 30_000;

const defaultForward: ForwardConfig = {
  endpoint: 'http://127.0.0.1:1',
  protocol: 'http/protobuf',
  headers: {},
  compression: 'gzip',
  timeoutMs: 10_000,
  connections: 4,
  queueBytes: 1024 ** 2,
  tls: { caFile: null, certFile: null, keyFile: null },
};

export interface Counts {
  readonly recovered: number;
  readonly queued: number;
  readonly forwarded: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queueSpans: number;
  readonly queueBytes: number;
}

export interface Forwarding extends AsyncDisposable {
  readonly dataDir: string;
  readonly forwarder: Forwarder;
  readonly registry: Registry;
  /** Lines of the log, `LEVEL MESSAGE`, with what stood beside. */
  readonly lines: readonly { readonly line: string; readonly fields: object }[];
  readonly faults: readonly unknown[];
  /** Has `count` spans taken in one payload and returns their names. */
  take(count: number, from?: number): Promise<string[]>;
  /** Reads the metrics, and expects them to add up. */
  counts(): Promise<Counts>;
  requests(): Promise<Readonly<Record<string, number>>>;
  close(graceMs?: number): Promise<void>;
}

export interface ForwardingOptions {
  readonly config?: Partial<ForwardConfig>;
  readonly parts?: Partial<ForwardParts>;
  /** Kept when it is given. */
  readonly dataDir?: string;
}

/** Retries at once, so that a test waits for what happens and not for a delay. */
const hastyTimes = { firstMs: 4, maxMs: 20 };

export async function openForwarding({ config, parts, dataDir }: ForwardingOptions = {}): Promise<Forwarding> {
  const place = dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-forward-'));
  const registry = new Registry();
  const lines: { line: string; fields: object }[] = [];
  const faults: unknown[] = [];
  const say = (level: string) => (fields: object, message: string) => {
    lines.push({ line: `${level} ${message}`, fields });
  };
  const log = { info: say('info'), warn: say('warn'), error: say('error') } as unknown as ForwardParts['log'];
  const forwarder = await openForwarder(
    { ...defaultForward, ...config },
    {
      dataDir: place,
      telemetry: forwardMetrics([registry]),
      log,
      onFault: (fault) => faults.push(fault),
      times: hastyTimes,
      ...parts,
    },
  );
  let isOpen = true;
  const close = async (graceMs = 0): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await forwarder.close(graceMs);
  };
  return {
    dataDir: place,
    forwarder,
    registry,
    lines,
    faults,
    async take(count, from = 0) {
      const names = spanNames(count, from);
      await forwarder.take({ body: tracesBody(names), spans: count });
      return names;
    },
    counts: () => readCounts(registry),
    requests: async () => byLabel(await valuesOf(registry, 'tollgate_forward_requests_total'), 'outcome'),
    close,
    async [Symbol.asyncDispose]() {
      await close();
      if (dataDir === undefined) fs.rmSync(place, { recursive: true, force: true });
    },
  };
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
}

async function valuesOf(registry: Registry, name: string): Promise<readonly Value[]> {
  return (await registry.getSingleMetric(name)?.get())?.values ?? [];
}

function byLabel(values: readonly Value[], label: string): Record<string, number> {
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels[label]), value]));
}

async function readCounts(registry: Registry): Promise<Counts> {
  const [recovered, queued, forwarded, dropped, queueSpans, queueBytes] = await Promise.all(
    [
      'spans_recovered_total',
      'spans_queued_total',
      'spans_forwarded_total',
      'spans_dropped_total',
      'queue_spans',
      'queue_bytes',
    ].map((name) => valuesOf(registry, `tollgate_forward_${name}`)),
  );
  const sum = (values: readonly Value[] = []): number => values.reduce((total, { value }) => total + value, 0);
  const counts = {
    recovered: sum(recovered),
    queued: sum(queued),
    forwarded: sum(forwarded),
    dropped: byLabel(dropped ?? [], 'reason'),
    queueSpans: sum(queueSpans),
    queueBytes: sum(queueBytes),
  };
  expect(counts.recovered + counts.queued).toBe(counts.forwarded + sum(dropped) + counts.queueSpans);
  return counts;
}

/** Waits until the queue is empty; the counts then. */
export async function emptied(forwarding: Forwarding): Promise<Counts> {
  await until(async () => expect((await forwarding.counts()).queueSpans).toBe(0));
  return forwarding.counts();
}

export async function until(claim: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(claim, { timeout: WAIT_MS, interval: 5 });
}
