import { addAbortSignal, finished, Readable } from 'node:stream';
import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { checkExport, exportFormats, type ExportQuestion } from '../export/exportQuestion.ts';
import { countUnpriced, exportText } from '../export/exportText.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { formatInstant } from './instant.ts';
import { groupByParameter, intervalParameter, oneOf, periodParameters, querySchema } from './parameters.ts';
import { readPeriod } from './period.ts';
import { problemResponses } from './problem.ts';

/** Each holds a page of rows, and of FOCUS the open rows of a period: some 50 MB at most. */
const EXPORTS_AT_ONCE_MAX = 4;
const RETRY_AFTER_SECONDS = 10;
/**
 * A client that takes nothing for so long, or twice that, has left without saying so, and gives its place to another: the first time
 * Node only notes how much waits to be taken (`net.Socket`), and the second time it is told where that is still as much.
 */
const STALLED_MS = 60_000;
/** What a stop leaves to exports under way, of the 10 s it has in all; then they are cut, which their clients see. */
const STOP_GRACE_MS = 3_000;

const UNPRICED_HEADER = 'x-tollgate-unpriced-calls';

const contentTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  focus: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
} as const;

const exportQuery = querySchema({
  format: oneOf(exportFormats).default('csv').meta({ description: '`focus` is FOCUS 1.2 as CSV' }),
  group_by: groupByParameter.optional().meta({
    description:
      'csv, jsonl: rows of the cube instead of calls; focus: what goes into Tags, by default agent,user,session,environment',
  }),
  interval: intervalParameter
    .optional()
    .meta({ description: 'csv, jsonl: a row an interval and group; focus: the charge period, by default hour' }),
  ...periodParameters,
});

/** Text, which leaves as a stream. */
const fileResponse = z.unknown().meta({
  type: 'string',
  description: 'The file, in chunks. A connection that ends without the last chunk is a file that is not whole',
});

export function exportRoute(app: ApiInstance, { database, clock }: ApiContext): void {
  const underWay = new Set<AbortController>();
  app.addHook('preClose', async () => {
    setTimeout(() => {
      for (const work of underWay) work.abort(new TollgateError('shutting_down', 'The service is stopping.'));
    }, STOP_GRACE_MS).unref();
  });

  /** The file, its first piece read: what cannot be read at all is still answered with a problem. */
  async function open(
    question: ExportQuestion,
    work: AbortController,
  ): Promise<{ file: Readable; unpriced: number | null }> {
    const { signal } = work;
    underWay.add(work);
    try {
      const unpriced = await countUnpriced(database, question);
      const pieces = exportText(database, question, signal);
      const file = Readable.from(withFirst(await pieces.next(), pieces), { objectMode: false });
      file.once('close', () => underWay.delete(work));
      return { file: addAbortSignal(signal, file), unpriced };
    } catch (fault) {
      underWay.delete(work);
      throw fault;
    }
  }

  app.get(
    '/api/v1/export',
    {
      // A HEAD of it would read the whole file to throw it away.
      exposeHeadRoute: false,
      schema: {
        summary: 'Calls, the cost cube or FOCUS 1.2 charges as a file, streamed',
        description: 'Filters as of /api/v1/costs.',
        querystring: exportQuery,
        produces: ['text/csv', 'application/x-ndjson'],
        response: { 200: fileResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { query } = request;
      checkExport({ format: query.format, interval: query.interval ?? null });
      const period = readPeriod(query, clock());
      if (underWay.size >= EXPORTS_AT_ONCE_MAX) {
        const message = `${underWay.size} exports are under way, expected at most ${EXPORTS_AT_ONCE_MAX} at once: come again.`;
        throw new TollgateError('overloaded', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
      }
      const question: ExportQuestion = {
        ...period,
        tenant: tenantOf(request),
        format: query.format,
        filters: query.filters,
        groupBy: query.group_by ?? null,
        interval: query.interval ?? null,
        timezone: query.timezone,
      };
      const work = new AbortController();
      // Before the first piece too, which may be long in coming: then the statement under way is the last.
      finished(reply.raw, () => work.abort(new TollgateError('bad_request', 'The client has left.')));
      const { file, unpriced } = await open(question, work);
      // Nothing may be on its way because a rare call is looked for: that is no fault of the client's.
      reply.raw.setTimeout(STALLED_MS, () => {
        if (reply.raw.writableLength > 0) reply.raw.destroy();
      });
      if (unpriced !== null) void reply.header(UNPRICED_HEADER, unpriced);
      return reply
        .type(contentTypes[query.format])
        .header('content-disposition', `attachment; filename="${fileName(question)}"`)
        .header('cache-control', 'no-store')
        .send(file);
    },
  );
}

async function* withFirst(
  first: IteratorResult<string, unknown>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** `tollgate-costs-2026-11-01-2026-11-22.csv`: the dates, in UTC, of where the period begins and ends. */
function fileName({ format, from, to }: ExportQuestion): string {
  const dates = [from, to].map((instant) => formatInstant(instant).slice(0, 10)).join('-');
  return `tollgate-${format === 'focus' ? 'focus' : 'costs'}-${dates}.${format === 'jsonl' ? 'jsonl' : 'csv'}`;
}
