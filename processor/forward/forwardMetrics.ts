import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type ForwardTelemetry = ReturnType<typeof forwardMetrics>;

/** Why spans were given up: docs/forwarding.md says when. */
export type DropReason = 'rejected' | 'refused' | 'failed' | 'too_large' | 'corrupt';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What forwarding tells about itself: recovered + queued = forwarded + dropped + queue_spans, always. */
export function forwardMetrics(registers: Registry[]) {
  const forwardQueue = { oldestSeconds: (): number => 0 };
  new Gauge({
    name: 'tollgate_forward_oldest_seconds',
    help: 'How long the payload that waits longest has been in the queue of forwarding; 0 where none waits.',
    registers,
    collect() {
      this.set(forwardQueue.oldestSeconds());
    },
  });
  return {
    /** Asked when the metrics are read. */
    forwardQueue,
    forwardSpansRecovered: new Counter({
      name: 'tollgate_forward_spans_recovered_total',
      help: 'Spans that were in the queue of forwarding at the start.',
      registers,
    }),
    forwardSpansQueued: new Counter({
      name: 'tollgate_forward_spans_queued_total',
      help: 'Spans taken into the queue of forwarding, on disk.',
      registers,
    }),
    forwardSpansForwarded: new Counter({
      name: 'tollgate_forward_spans_forwarded_total',
      help: 'Spans that downstream acknowledged.',
      registers,
    }),
    forwardSpansDropped: new Counter({
      name: 'tollgate_forward_spans_dropped_total',
      help: 'Spans given up: rejected (in partial_success), refused, failed, too_large or corrupt.',
      labelNames: ['reason'] as const,
      registers,
    }),
    forwardQueueSpans: new Gauge({
      name: 'tollgate_forward_queue_spans',
      help: 'Spans in the queue of forwarding.',
      registers,
    }),
    forwardQueueBytes: new Gauge({
      name: 'tollgate_forward_queue_bytes',
      help: 'Bytes of the files of the queue of forwarding.',
      registers,
    }),
    forwardRequests: new Counter({
      name: 'tollgate_forward_requests_total',
      help: 'Requests sent downstream: ok, partial, retry, denied, failed, too_large or refused.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    forwardRequestSeconds: new Histogram({
      name: 'tollgate_forward_request_duration_seconds',
      help: 'One request downstream, from its first byte to the answer or its failure.',
      buckets: SECONDS,
      registers,
    }),
  };
}
