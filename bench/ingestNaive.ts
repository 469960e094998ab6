/**
 * The alternative that `bench/ingest.ts` compares with: what one would write first. A full protobufjs decode, then one
 * transaction a request with one INSERT a GenAI span, idempotent by ON CONFLICT DO NOTHING, answered after the commit.
 * It does less: no price, no attribution, no rollups, no skeletons of the other spans. DATABASE_URL says where to.
 */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { exportTraceServiceRequestType } from './otlpProto.ts';

interface DecodedValue {
  readonly stringValue?: string;
  readonly intValue?: { toString(): string };
}
interface DecodedSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly name: string;
  readonly startTimeUnixNano: { toString(): string };
  readonly endTimeUnixNano: { toString(): string };
  readonly attributes: readonly { readonly key: string; readonly value?: DecodedValue }[];
}
interface DecodedRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly DecodedSpan[] }[] }[];
}

/** As many as Tollgate's own pool would open on two cores; more only wait for the processor. */
const CONNECTIONS = 8;
const requestType = exportTraceServiceRequestType();
const names = (list: string): string[] => list.trim().split(/\s+/);
const textColumns = names(`
  gen_ai.operation.name gen_ai.provider.name gen_ai.request.model gen_ai.response.model gen_ai.response.id
  gen_ai.conversation.id user.id gen_ai.agent.name`);
const integerColumns = names(`
  gen_ai.usage.input_tokens gen_ai.usage.output_tokens gen_ai.usage.cache_read.input_tokens
  gen_ai.usage.reasoning.output_tokens`);
const fixedColumns = ['trace_id', 'span_id', 'parent_span_id', 'name', 'start_nano', 'end_nano'];
const columns = [...fixedColumns, ...[...textColumns, ...integerColumns].map((name) => `"${name}"`)];
const insert = `insert into naive_calls (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')}) on conflict do nothing`;

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: CONNECTIONS });
await pool.query(`create table if not exists naive_calls (
  trace_id bytea not null, span_id bytea not null, parent_span_id bytea, name text, start_nano bigint not null, end_nano bigint not null,
  ${textColumns.map((name) => `"${name}" text`).join(', ')}, ${integerColumns.map((name) => `"${name}" bigint`).join(', ')},
  primary key (trace_id, span_id, start_nano))`);

async function insertCalls(client: PoolClient, decoded: DecodedRequest): Promise<void> {
  await client.query('begin');
  for (const { scopeSpans } of decoded.resourceSpans) {
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      const attributes = new Map(span.attributes.map(({ key, value }) => [key, value]));
      if (!attributes.has('gen_ai.operation.name')) continue;
      await client.query({
        name: 'insert',
        text: insert,
        values: [
          span.traceId,
          span.spanId,
          span.parentSpanId,
          span.name,
          span.startTimeUnixNano.toString(),
          span.endTimeUnixNano.toString(),
          ...textColumns.map((name) => attributes.get(name)?.stringValue ?? null),
          ...integerColumns.map((name) => attributes.get(name)?.intValue?.toString() ?? null),
        ],
      });
    }
  }
  await client.query('commit');
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const server = createServer((incoming, response) => {
  void (async () => {
    if (incoming.method === 'GET') {
      const { rows } = await pool.query<{ calls: string }>('select count(*) as calls from naive_calls');
      response.end(rows[0]?.calls);
      return;
    }
    const decoded = requestType.decode(await readBody(incoming)) as unknown as DecodedRequest;
    const client = await pool.connect();
    try {
      await insertCalls(client, decoded);
      response.end();
    } catch (error) {
      await client.query('rollback');
      response.writeHead(500).end(String(error));
    } finally {
      client.release();
    }
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.stdout.write(`ready http=127.0.0.1:${address.port}\n`);
});
