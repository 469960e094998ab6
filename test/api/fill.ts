import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { z } from 'zod';
import { createApi } from '../../processor/api/createApi.ts';
import type { Access } from '../../processor/access/caller.ts';
import type { Gate } from '../../processor/gate/gate.ts';
import { createPolicyStore, type PolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { Alerts } from '../../processor/alerts/alerts.ts';
import { createRepricing } from '../../processor/reprice/repricing.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { openPriceBook } from '../../processor/prices/openPriceBook.ts';
import type { PriceBook } from '../../processor/prices/priceBook.ts';
import type { Database } from '../../processor/store/database.ts';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { TollgateError } from '../../src/errors.ts';
import { parseUsd } from '../../src/money.ts';
import { defaultPriceSettings } from '../../src/pricing/priceSettings.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { emptyUsage } from '../../src/usage.ts';
import { openTestDatabase, type StoreKind } from '../support/database.ts';
import { plainCall, plainSpan } from '../support/llmCall.ts';

/** What every test of the API takes for now. */
export const NOW = '2026-04-01T10:20:30.400Z';
const NOW_MS = Date.parse(NOW);

export { noSubject } from '../../src/attribution/subject.ts';

const hexOf = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
export const traceId = (number: number): string => hexOf(number, 32);
export const spanId = (number: number): string => hexOf(number, 16);
export const nanoOf = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

/** Span `number` of a trace of its own, unless `changes` say otherwise. */
export function aSpan(number: number, changes: Partial<SpanSkeleton> = {}): SpanSkeleton {
  return {
    ...plainSpan,
    traceId: traceId(number),
    spanId: spanId(number),
    startUnixNano: nanoOf('2026-03-31T12:00:00Z'),
    ...changes,
  };
}

export const costing = (usd: string): PricedCall['price'] => ({
  status: 'priced',
  costFemtoUsd: parseUsd(usd) ?? 0n,
  partsFemtoUsd: { output: parseUsd(usd) ?? 0n },
  source: 'default',
  card: 'openai/gpt-4o',
  effectiveFrom: null,
  serviceTier: 'standard',
});
export const unpriced: PricedCall['price'] = { status: 'unpriced', reason: 'unknown_model' };

/** A priced call of $0.01 with 10 input and 5 output tokens, unless `changes` say otherwise. */
export function aCall(number: number, changes: Partial<PricedCall> = {}): PricedCall {
  return {
    ...plainCall,
    ...aSpan(number, { name: 'chat gpt-4o', kind: 3, operation: 'chat' }),
    dialect: 'otel-genai',
    usage: { ...emptyUsage, input_uncached: 10, output: 5 },
    cacheSemantics: null,
    price: costing('0.01'),
    ...changes,
  };
}

/** `Bearer TENANT`; the key `ingest-only` lacks every scope that this API asks for, `query-only` the scope `admin`. */
const access: Access = {
  async authenticate({ authorization }, scope) {
    const tenant = authorization?.replace('Bearer ', '');
    if (tenant === undefined) throw new TollgateError('unauthenticated', 'expected a key, found none');
    if (tenant === 'ingest-only' || (tenant === 'query-only' && scope === 'admin'))
      throw new TollgateError('forbidden', `expected the scope ${scope}`);
    return { tenant, keyId: 'k1', keyName: null, scopes: ['query', 'admin'], agent: null };
  },
};

interface Answer {
  readonly status: number;
  /** Held against `/openapi.json` already; what a test says of it beyond that, it says by matchers. */
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: LightMyRequestResponse['headers'];
}

type Method = 'PUT' | 'POST' | 'DELETE';

export interface TestApi extends AsyncDisposable {
  readonly database: Database;
  readonly policies: PolicyStore;
  readonly prices: PriceBook;
  fill(calls: readonly PricedCall[], spans?: readonly SpanSkeleton[], tenant?: string): Promise<void>;
  /** Lets time pass for the store, whose settle delay is 60 s, and charges what is due. */
  pass(ms: number): Promise<void>;
  /** Asks as tenant `acme` unless told; null is without a key. The answer is what the description promises, or it throws. */
  get(path: string, tenant?: string | null): Promise<Answer>;
  /** As `get`, with another method and a JSON body. */
  send(method: Method, path: string, body?: object, tenant?: string): Promise<Answer>;
  /** The items of all pages, in order. */
  walk(path: string): Promise<Answer['body'][]>;
  /** Listens on a port of its own; resolves to the address, `http://127.0.0.1:…`. */
  listen(): Promise<string>;
}

export async function openTestApi(
  kind: StoreKind,
  options: {
    isReady?: () => Promise<boolean>;
    approve?: Gate['approve'];
    filePrices?: readonly WrittenPrice[];
    /** What the routes ask instead of the database itself. */
    questions?: (database: Database) => Database;
  } = {},
): Promise<TestApi> {
  const place = await openTestDatabase(kind);
  let storeMs = NOW_MS;
  const store = createStore(place.database, { settleDelayMs: 60_000, nowMs: () => storeMs });
  const windows = new Windows();
  const policies = createPolicyStore(place.database, windows);
  const prices = await openPriceBook({
    database: place.database,
    filePrices: options.filePrices ?? [],
    settings: defaultPriceSettings,
  });
  const repricing = createRepricing({
    database: place.database,
    budgets: { policies, windows, alerts: new Alerts([]) },
    prices,
    settleDelayMicros: 60_000_000,
    nowMs: () => storeMs,
  });
  const app = await createApi({
    database: options.questions?.(place.database) ?? place.database,
    access,
    metrics: async () => 'tollgate_calls_total 1\n',
    isReady: options.isReady ?? (async () => true),
    clock: () => new Date(NOW_MS),
    version: '1.2.3',
    policies,
    prices,
    approve: options.approve ?? nobodyApproves,
    erase: nobodyErases,
    reprice: (request, actor) => repricing.reprice(request, actor),
  });
  const check = describedAnswers((await app.inject({ url: '/openapi.json' })).json());
  const ask = async (
    method: 'GET' | Method,
    path: string,
    payload: object | undefined,
    tenant: string | null,
  ): Promise<Answer> => {
    const response = await app.inject({
      method,
      url: path,
      headers: tenant === null ? {} : { authorization: `Bearer ${tenant}` },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = /[/+]json\b/.test(String(response.headers['content-type']));
    const body: unknown = isJson ? response.json() : response.body;
    if (isJson) check(method, path, response.statusCode, body);
    return { status: response.statusCode, body, headers: response.headers };
  };
  const get: TestApi['get'] = (path, tenant = 'acme') => ask('GET', path, undefined, tenant);
  return {
    database: place.database,
    policies,
    prices,
    get,
    send: (method, path, body, tenant = 'acme') => ask(method, path, body, tenant),
    async fill(calls, spans = [], tenant = 'acme') {
      await store.commit({ tenant, keyAgent: null, calls, spans });
    },
    async pass(ms) {
      storeMs += ms;
      await store.settle();
    },
    async walk(path) {
      const items: Answer['body'][] = [];
      for (let cursor = ''; ;) {
        const { status, body } = await get(cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);
        expect(status, JSON.stringify(body)).toBe(200);
        items.push(...(body.items ?? body.groups));
        if (body.next_cursor === null) return items;
        cursor = body.next_cursor;
      }
    },
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async [Symbol.asyncDispose]() {
      await app.close();
      await store.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

const nobodyApproves: Gate['approve'] = async (_tenant, id) => {
  throw new TollgateError('not_found', `No decision ${id} waits for approval.`);
};

const nobodyErases = async (): Promise<never> => {
  throw new TollgateError('not_found', 'Nothing that is stored names this user.');
};

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  readonly components: { readonly schemas: Record<string, object> };
}

/** Throws where an answer is not what `/openapi.json` says of that path and status. */
function describedAnswers(openApi: OpenApi): (method: string, path: string, status: number, body: unknown) => void {
  const schemas = new Map<object, z.ZodType>();
  return (method, path, status, body) => {
    const [plain = ''] = path.split('?');
    const described = Object.entries(openApi.paths).find(([pattern]) =>
      new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain),
    );
    const content = described?.[1][method.toLowerCase()]?.responses[String(status)]?.content;
    const schema = content?.['application/json']?.schema ?? content?.['application/problem+json']?.schema;
    if (schema === undefined) return;
    const known = schemas.get(schema) ?? readSchema(schema, openApi.components.schemas);
    schemas.set(schema, known);
    known.parse(body);
  };
}

function readSchema(schema: object, named: Record<string, object>): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: named }).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}
