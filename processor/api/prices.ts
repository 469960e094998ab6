import { z } from 'zod';
import { explainPrice } from '../../src/pricing/explain.ts';
import { affectedCalls } from '../prices/affectedCalls.ts';
import { INSTANT_EXPECTED, readPriceInstant } from '../prices/instantOfPrice.ts';
import { MODEL_CHARS_MAX, modelName, PROVIDER_CHARS_MAX, priceBody, providerName } from '../prices/priceSchema.ts';
import { pricesInForce, priceSources } from '../prices/pricesInForce.ts';
import { selectUnpriced } from '../prices/unpricedModels.ts';
import { priceJson } from '../prices/writtenJson.ts';
import { type ApiContext, type ApiInstance, actorOf, tenantOf } from './apiInstance.ts';
import { questionOf, readCursor, writeCursor } from './cursor.ts';
import { microsOf, msOf } from './instant.ts';
import { noQuery, oneOf, pageParameters, periodParameters, strictQuery } from './parameters.ts';
import { readPeriod } from './period.ts';
import { explainedSchema, listedPriceSchema, putPriceSchema, unpricedSchema } from './pricesJson.ts';
import { conflictResponse, notFoundResponse, problemResponses } from './problem.ts';

const namePart = (max: number) => {
  const error = `a text of 1 to ${max} characters without control characters, given once`;
  return z.string({ error }).regex(new RegExp(`^\\P{Cc}{1,${max}}$`, 'u'), { error });
};
const providerAsked = namePart(PROVIDER_CHARS_MAX);
const modelAsked = namePart(MODEL_CHARS_MAX);

const atParameter = z
  .string({ error: `${INSTANT_EXPECTED}, given once` })
  .refine((text) => readPriceInstant(text) !== null, { error: INSTANT_EXPECTED })
  .transform((text) => Date.parse(readPriceInstant(text) ?? text))
  .optional()
  .meta({ type: 'string', description: 'Of calls that start then; default: now' });

const listQuery = strictQuery({
  provider: providerAsked.optional(),
  model: modelAsked.optional().meta({ description: 'A part of the name, or a glob where it has a `*`' }),
  source: oneOf(priceSources).optional(),
  at: atParameter,
  ...pageParameters,
});

const path = '/api/v1/prices';
const onePath = `${path}/:provider/:model`;

/** What only the prices' routes need. */
type PricesContext = Pick<ApiContext, 'database' | 'clock' | 'prices'>;

const listed = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** For the scope `query`. */
export function priceRoutes(app: ApiInstance, context: PricesContext): void {
  const { prices, clock } = context;
  app.get(
    path,
    {
      schema: {
        summary: 'The prices in force for the tenant: those that were set, then the rate card',
        querystring: listQuery,
        response: { 200: listed(listedPriceSchema), ...problemResponses },
      },
    },
    async (request) => {
      const { query } = request;
      const question = questionOf('prices', query);
      const page = query.cursor === undefined ? null : readCursor(query.cursor, question, CURSOR_KEYS);
      // Now must not move between the pages.
      const atMs = query.at ?? (page === null ? clock().getTime() : msOf(page.from));
      const asked = {
        provider: query.provider ?? null,
        model: query.model ?? null,
        source: query.source ?? null,
        atMs,
      };
      const { pricing } = prices.snapshot;
      const known = await prices.list(tenantOf(request));
      const { items, next } = pricesInForce(known, pricing, asked, { after: page?.after ?? null, limit: query.limit });
      const instant = microsOf(atMs);
      return {
        items: items.map((item) => ({ ...item, long_context: [...item.long_context] })),
        next_cursor: next === null ? null : writeCursor(question, { from: instant, to: instant }, next),
      };
    },
  );
  explainRoute(app, context);
  unpricedRoute(app, context);
}

/** Rank, provider, model. */
const CURSOR_KEYS = 3;

function explainRoute(app: ApiInstance, { prices, clock }: PricesContext): void {
  app.get(
    onePath,
    {
      schema: {
        summary: 'Which price a call of a model has, and layer by layer why',
        params: z.strictObject({ provider: providerAsked, model: modelAsked }),
        querystring: strictQuery({
          at: atParameter,
          service_tier: namePart(PROVIDER_CHARS_MAX).optional().meta({ description: 'The served tier' }),
        }),
        response: { 200: explainedSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { params, query } = request;
      const { pricing, overridesOf } = prices.snapshot;
      const asked = {
        provider: params.provider === '*' ? null : params.provider,
        model: params.model,
        atMs: query.at ?? clock().getTime(),
        usage: null,
        serviceTier: query.service_tier ?? null,
        priceFacts: null,
      };
      return z.parse(explainedSchema, explainPrice(pricing, asked, overridesOf(tenantOf(request))));
    },
  );
}

function unpricedRoute(app: ApiInstance, { database, prices, clock }: PricesContext): void {
  app.get(
    `${path}/unpriced`,
    {
      schema: {
        summary: 'What the charged calls of a period that have no price name, the most calls first',
        querystring: strictQuery({ ...periodParameters, ...pageParameters }),
        response: { 200: listed(unpricedSchema), ...problemResponses },
      },
    },
    async (request) => {
      const { query } = request;
      const question = questionOf('prices/unpriced', query);
      const page =
        query.cursor === undefined
          ? { ...readPeriod(query, clock()), after: null }
          : readCursor(query.cursor, question, UNPRICED_CURSOR_KEYS);
      const { items, next } = await selectUnpriced(database, prices.snapshot.pricing, {
        ...page,
        tenant: tenantOf(request),
        limit: query.limit,
      });
      return {
        items: items.map((item) => ({ ...item, suggestions: [...item.suggestions] })),
        next_cursor: next === null ? null : writeCursor(question, page, next),
      };
    },
  );
}

/** Calls, provider, model, reason. */
const UNPRICED_CURSOR_KEYS = 4;

const changedName = z.strictObject({ provider: providerName, model: modelName });

/** For the scope `admin`. */
export function priceChangeRoutes(app: ApiInstance, { database, prices }: PricesContext): void {
  app.put(
    onePath,
    {
      schema: {
        summary: 'Sets a price of the tenant from an instant on',
        description:
          'One with the same `effective_from` is replaced, another one is added; default `effective_from` is now. Calls that are stored keep their price until they are repriced.',
        params: changedName,
        querystring: noQuery,
        body: priceBody,
        response: {
          200: putPriceSchema.meta({ description: 'Replaced' }),
          201: putPriceSchema.meta({ description: 'Added' }),
          ...conflictResponse,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request);
      const asked = { ...request.params, ...request.body };
      const { created, price } = await prices.put(tenant, asked, actorOf(request));
      const affects = await affectedCalls(database, tenant, price);
      const json = priceJson(price);
      return reply
        .code(created ? 201 : 200)
        .send({ ...json, long_context: [...json.long_context], affects: { ...affects } });
    },
  );

  app.delete(
    onePath,
    {
      schema: {
        summary: 'Ends now what was set by API for a model, and drops what would hold later',
        params: changedName,
        querystring: noQuery,
        response: { 204: z.null(), ...notFoundResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { provider, model } = request.params;
      await prices.end(tenantOf(request), provider, model, actorOf(request));
      return reply.code(204).send(null);
    },
  );
}
