import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { forwardMetrics } from './forward/forwardMetrics.ts';

export type Telemetry = ReturnType<typeof createTelemetry>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_REQUESTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * What the service tells about itself at `/metrics`. Labels hold only values this code knows beforehand: no tenant, no
 * model, nothing a sender may choose. `docs/reference/metrics.md` lists the same names, and a test compares them.
 */
export function createTelemetry(version: string) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'tollgate_build_info',
    help: 'Always 1; the version is in the label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  return {
    registry,
    ...receivedMetrics(registers),
    ...storedMetrics(registers),
    ...waitingMetrics(registers),
    ...gateMetrics(registers),
    ...edgeMetrics(registers),
    ...forwardMetrics(registers),
  };
}

function receivedMetrics(registers: Registry[]) {
  return {
    spansReceived: new Counter({
      name: 'tollgate_spans_received_total',
      help: 'Spans in exports that could be decoded, rejected ones among them.',
      registers,
    }),
    spansRejected: new Counter({
      name: 'tollgate_spans_rejected_total',
      help: 'Spans not taken: invalid, too_old (before retention_days), closed (on a closed day) or in_future (over a day ahead).',
      labelNames: ['reason'] as const,
      registers,
    }),
    logRecordsReceived: new Counter({
      name: 'tollgate_log_records_received_total',
      help: 'Log records in exports that could be decoded, those that describe no LLM call among them.',
      registers,
    }),
    logRecordsRead: new Counter({
      name: 'tollgate_log_records_read_total',
      help: 'Log records that describe an LLM call, rejected ones among them.',
      registers,
    }),
    logRecordsRejected: new Counter({
      name: 'tollgate_log_records_rejected_total',
      help: 'Log records of LLM calls not taken: too_old (before retention_days), closed (on a closed day) or in_future (over a day ahead).',
      labelNames: ['reason'] as const,
      registers,
    }),
  };
}

function storedMetrics(registers: Registry[]) {
  return {
    callsStored: new Counter({
      name: 'tollgate_calls_stored_total',
      help: 'LLM calls stored for the first time, by what became of their charge.',
      labelNames: ['charge'] as const,
      registers,
    }),
    callsRepeated: new Counter({
      name: 'tollgate_calls_repeated_total',
      help: 'LLM calls that the store already had; nothing was booked for them.',
      registers,
    }),
    spansWithoutCall: new Counter({
      name: 'tollgate_spans_without_call_total',
      help: 'Spans committed that describe no LLM call; repeated ones among them.',
      registers,
    }),
    callsRedecided: new Counter({
      name: 'tollgate_calls_redecided_total',
      help: 'Stored LLM calls whose charge or attribution changed by spans that came later, or by the settle delay.',
      registers,
    }),
    callsRepriced: new Counter({
      name: 'tollgate_calls_repriced_total',
      help: 'Stored LLM calls that this process gave another price.',
      registers,
    }),
    providerIdConflicts: new Counter({
      name: 'tollgate_provider_id_conflicts_total',
      help: 'LLM calls settled whose provider id stands on more calls, which are plausibly not the same paid call.',
      registers,
    }),
    callsUnpriced: new Counter({
      name: 'tollgate_calls_unpriced_total',
      help: 'LLM calls received whose cost is unknown, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    refusedRequests: new Counter({
      name: 'tollgate_refused_requests_total',
      help: 'Requests of the OTLP ports that were refused, by the error code of the answer, before or in the pipeline.',
      labelNames: ['code'] as const,
      registers,
    }),
    exportErrors: new Counter({
      name: 'tollgate_export_errors_total',
      help: 'Exports of traces and logs that reached the pipeline and failed there, by the error code of the answer.',
      labelNames: ['code'] as const,
      registers,
    }),
    exportSeconds: new Histogram({
      name: 'tollgate_export_duration_seconds',
      help: 'From the decompressed body of an export of traces or logs to its commit.',
      buckets: SECONDS,
      registers,
    }),
    exportsInFlight: new Gauge({
      name: 'tollgate_exports_in_flight',
      help: 'Exports of traces and logs that are decompressed and not committed yet.',
      registers,
    }),
    transactionSeconds: new Histogram({
      name: 'tollgate_commit_duration_seconds',
      help: 'One transaction that stores exports; those that arrive while one runs go together in the next.',
      buckets: SECONDS,
      registers,
    }),
  };
}

function waitingMetrics(registers: Registry[]) {
  return {
    exportsRefused: new Counter({
      name: 'tollgate_exports_refused_total',
      help: 'Exports told to come again because too much waits to be stored: queued_spans or expected_wait.',
      labelNames: ['reason'] as const,
      registers,
    }),
    queuedSpans: new Gauge({
      name: 'tollgate_store_queued_spans',
      help: 'Spans that wait to be stored or are being stored.',
      registers,
    }),
    expectedWaitSeconds: new Gauge({
      name: 'tollgate_store_expected_wait_seconds',
      help: 'How long the last of the spans that wait is expected to wait.',
      registers,
    }),
    storeWaiting: new Gauge({
      name: 'tollgate_store_waiting',
      help: 'Statements and transactions that wait for a connection (PostgreSQL) or their turn (embedded), by who asks.',
      labelNames: ['share'] as const,
      registers,
    }),
    questionsRefused: new Counter({
      name: 'tollgate_questions_refused_total',
      help: 'Statements of API questions not answered: waiting (too many), waited (too long), timeout or too_large.',
      labelNames: ['reason'] as const,
      registers,
    }),
  };
}

function gateMetrics(registers: Registry[]) {
  return {
    decisions: new Counter({
      name: 'tollgate_decisions_total',
      help: 'Decisions of the gate, those about runs and those after an approval among them.',
      labelNames: ['effect'] as const,
      registers,
    }),
    decisionSeconds: new Histogram({
      name: 'tollgate_decision_duration_seconds',
      help: 'From the headers of a request for a decision to its answer, the callback included; refused requests too.',
      buckets: SECONDS,
      registers,
    }),
    policyRequestsInFlight: new Gauge({
      name: 'tollgate_policy_requests_in_flight',
      help: 'Requests of the policy API that are not answered yet, those that wait for an approval among them.',
      registers,
    }),
    gateBatchRequests: new Histogram({
      name: 'tollgate_gate_batch_requests',
      help: 'Decisions, settlements and renewals that went together in one transaction of the gate.',
      buckets: BATCH_REQUESTS,
      registers,
    }),
    settlements: new Counter({
      name: 'tollgate_settlements_total',
      help: 'Settlements by clients, repeated ones among them: final, partial or released.',
      labelNames: ['kind'] as const,
      registers,
    }),
    reservationsExpired: new Counter({
      name: 'tollgate_reservations_expired_total',
      help: 'Reservations that this process ended because nobody settled or renewed them in time.',
      registers,
    }),
    gateRowsDeleted: new Counter({
      name: 'tollgate_gate_rows_deleted_total',
      help: 'Rows of the gate whose time is over, deleted by this process, by table.',
      labelNames: ['table'] as const,
      registers,
    }),
    callbackSeconds: new Histogram({
      name: 'tollgate_callback_duration_seconds',
      help: 'Questions to the policy callback, by outcome: answered, timeout or error (no answer, or one not understood).',
      labelNames: ['outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'tollgate_webhook_deliveries_total',
      help: 'Attempts to deliver an alert: delivered, failed (to be tried again) or dead (given up).',
      labelNames: ['outcome'] as const,
      registers,
    }),
  };
}

function edgeMetrics(registers: Registry[]) {
  return {
    apiResponses: new Counter({
      name: 'tollgate_api_responses_total',
      help: 'Responses of the API port, by HTTP status.',
      labelNames: ['status'] as const,
      registers,
    }),
    tlsNotAfterSeconds: new Gauge({
      name: 'tollgate_tls_certificate_not_after_seconds',
      help: 'When the TLS certificate that is served ends, in seconds since 1970; 0 without TLS.',
      registers,
    }),
    unusedSignals: new Counter({
      name: 'tollgate_unused_signal_exports_total',
      help: 'Exports of metrics, which are answered with success and not used.',
      labelNames: ['signal'] as const,
      registers,
    }),
    usersErased: new Counter({
      name: 'tollgate_users_erased_total',
      help: 'Users whose id this process erased to the end.',
      registers,
    }),
    erasedRows: new Counter({
      name: 'tollgate_erased_rows_total',
      help: 'Rows in which erasures that this process ended put another id, by table.',
      labelNames: ['table'] as const,
      registers,
    }),
    daysClosed: new Counter({
      name: 'tollgate_retention_days_closed_total',
      help: 'Days whose partitions this process dropped, their closing balances written.',
      registers,
    }),
    daysKept: new Gauge({
      name: 'tollgate_retention_days_kept',
      help: 'Days past retention that were kept in the last round because their books do not close.',
      registers,
    }),
    endedRowsDeleted: new Counter({
      name: 'tollgate_retention_rows_deleted_total',
      help: 'Rows about traces that ended before the first day kept, deleted by this process, by table.',
      labelNames: ['table'] as const,
      registers,
    }),
    faults: new Counter({
      name: 'tollgate_faults_total',
      help: 'Faults in Tollgate itself, each with a line in the log.',
      labelNames: ['part'] as const,
      registers,
    }),
  };
}
