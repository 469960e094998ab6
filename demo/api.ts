import { setTimeout as sleep } from 'node:timers/promises';

/** The service the demo talks to. */
export interface Service {
  readonly otlpUrl: string;
  readonly apiUrl: string;
  readonly apiKey: string | null;
}

export class DemoError extends Error {}

const REACH_TIMEOUT_MS = 3_000;
const QUERYABLE_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 200;

/** Throws, with what to do about it, when nobody answers or the key does not allow both sending and asking. */
export async function checkReachable(service: Service): Promise<void> {
  const emptyExport = { method: 'POST', headers: { 'content-type': 'application/x-protobuf' } };
  await reach(service, `${service.otlpUrl}/v1/traces`, emptyExport);
  await reach(service, `${service.apiUrl}/api/v1/costs?period=24h`, {});
}

async function reach(
  { apiKey }: Service,
  url: string,
  request: { method?: string; headers?: Record<string, string> },
): Promise<void> {
  const authorization = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  const signal = AbortSignal.timeout(REACH_TIMEOUT_MS);
  const response = await fetch(url, { ...request, headers: { ...request.headers, ...authorization }, signal }).catch(
    () => null,
  );
  if (response === null) {
    throw new DemoError(
      `No Tollgate answers at ${new URL(url).origin}.\n` +
        'Start it in another terminal with `npm start`, then run `npm run demo` again.\n' +
        'If it listens elsewhere: npm run demo -- --otlp http://HOST:PORT --api http://HOST:PORT',
    );
  }
  if (!response.ok) {
    const hint =
      response.status === 401 || response.status === 403
        ? '\nSet TOLLGATE_API_KEY to a key with the scopes ingest and query.'
        : '';
    throw new DemoError(`${url} was answered with ${response.status}: ${await response.text()}${hint}`);
  }
}

/** One question to the API. A problem becomes the message. */
export async function ask<Answer>(service: Service, path: string): Promise<Answer> {
  const headers = service.apiKey === null ? {} : { authorization: `Bearer ${service.apiKey}` };
  const response = await fetch(`${service.apiUrl}${path}`, { headers });
  if (response.ok) return (await response.json()) as Answer;
  throw new DemoError(`GET ${path} was answered with ${response.status}: ${await response.text()}`);
}

/** Sums of the cost cube, as far as the demo prints them. */
export interface CostSums {
  readonly cost_usd: string | null;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly error_calls: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
}

export interface Costs {
  readonly totals: CostSums;
  readonly groups: readonly (CostSums & Readonly<Record<string, unknown>>)[];
}

/** Waits until every call of the run can be asked for: spans travel behind the calls they describe. */
export async function waitForCalls(service: Service, filter: string, calls: number): Promise<CostSums> {
  const deadline = Date.now() + QUERYABLE_TIMEOUT_MS;
  for (;;) {
    const { totals } = await ask<Costs>(service, `/api/v1/costs?period=24h&${filter}`);
    if (totals.calls >= calls) return totals;
    if (Date.now() > deadline) {
      throw new DemoError(
        `The agents made ${calls} calls; after ${QUERYABLE_TIMEOUT_MS / 1000} s the service knows ${totals.calls} of them.\n` +
          'Its log says what became of the others.',
      );
    }
    await sleep(POLL_INTERVAL_MS);
  }
}
