import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifySchemaCompiler, LogController } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import type { Access, Scope } from '../access/caller.ts';
import { type Page, pageRoutes } from '../page/pageRoutes.ts';
import { describePolicy } from '../policy/describePolicy.ts';
import type { Database } from '../store/database.ts';
import type { ServedTls } from '../tls/servedTls.ts';
import { createWebServer } from '../tls/webServer.ts';
import type { Erasures } from '../erasure/erasures.ts';
import type { Gate } from '../gate/gate.ts';
import type { PolicyStore } from '../gate/policyStore.ts';
import type { PriceBook } from '../prices/priceBook.ts';
import type { Repricing } from '../reprice/repricing.ts';
import { alertRoutes } from './alerts.ts';
import type { ApiInstance } from './apiInstance.ts';
import { auditLogRoute } from './auditLog.ts';
import { withinKeyLimit } from './bodyLimit.ts';
import { approvalDecisionRoute, approvalRoutes } from './approvals.ts';
import { budgetChangeRoutes, budgetRoutes } from './budgets.ts';
import { budgetStatusRoute } from './budgetStatus.ts';
import { callRoutes } from './calls.ts';
import { changesRoute } from './changes.ts';
import { costRoutes } from './costs.ts';
import { exportRoute } from './export.ts';
import { forecastRoute } from './forecast.ts';
import { identityRoute } from './identity.ts';
import { listRoutes } from './lists.ts';
import { metricsRoute, stateRoutes } from './operations.ts';
import { VALUE_LENGTH_MAX } from './parameters.ts';
import { priceChangeRoutes, priceRoutes } from './prices.ts';
import { asTollgateError, BadParameters, parameterFaults, sendProblem } from './problem.ts';
import { raiseChangeRoutes, raiseRoutes } from './raises.ts';
import { repriceRoute } from './reprice.ts';
import { traceRoutes } from './traces.ts';
import { whoamiRoute } from './whoami.ts';

/** A budget with many dimensions, globs and models is some 10 KiB. */
const BODY_BYTES_MAX = 64 * 1024;
/** How long a client may take to send a request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** As Fastify's own servers have it: a little longer than what load balancers keep. */
const KEEP_ALIVE_MS = 72_000;

/** Paths that are answered on the same port without Fastify. */
interface BareEndpoint {
  /** Answers the request where its path is one of its own; else leaves it alone and returns false. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
  close(): void;
}

export interface ApiOptions {
  readonly database: Database;
  readonly access: Access;
  /** The whole text of `/metrics`. */
  readonly metrics: () => Promise<string>;
  readonly isReady: () => Promise<boolean>;
  readonly clock: () => Date;
  readonly version: string;
  readonly policy?: BareEndpoint;
  /** Without it nothing but the API is served. */
  readonly page?: Page;
  /** Without it connections are plain. */
  readonly tls?: ServedTls | null;
  readonly policies: PolicyStore;
  readonly prices: PriceBook;
  readonly approve: Gate['approve'];
  readonly erase: Erasures['erase'];
  readonly reprice: Repricing['reprice'];
  /** Gets the faults that are answered with 500 or 503; without one they are not logged. */
  readonly logger?: FastifyBaseLogger;
}

/** The API of contract section 5, not listening yet: the caller calls `listen` and `close`. */
export async function createApi(options: ApiOptions): Promise<ApiInstance> {
  const app = fastify({
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: VALUE_LENGTH_MAX },
    serverFactory: serverWith(options.policy ?? null, options.tls ?? null),
    frameworkErrors: (failure, request, reply) => void sendProblem(asTollgateError(failure), request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(checkByZod);
  // Answers are described by their schemas but not rebuilt by them: tests hold them against the schemas instead.
  app.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
  app.decorateRequest('caller', null);
  app.addHook('preClose', async () => options.policy?.close());
  app.setErrorHandler(async (failure, request, reply) => {
    const coded = asTollgateError(failure);
    if (coded.code === 'internal') request.log.error({ err: failure, url: request.url }, 'a request failed');
    await sendProblem(coded, request, reply);
  });
  app.setNotFoundHandler(async (request, reply) => {
    await sendProblem(
      new TollgateError('not_found', `There is no ${request.method} ${request.url.split('?')[0]}`),
      request,
      reply,
    );
  });
  await describe(app, options.version);
  if (options.policy !== undefined) await app.register(async (described: ApiInstance) => describePolicy(described));
  await app.register(async (open: ApiInstance) => stateRoutes(open, options.isReady));
  const { page } = options;
  if (page !== undefined) await app.register(async (shown: ApiInstance) => pageRoutes(shown, page));
  await app.register(async (asked: ApiInstance) => {
    requireScope(asked, options.access, 'query');
    costRoutes(asked, options);
    changesRoute(asked, options);
    listRoutes(asked, options);
    callRoutes(asked, options);
    traceRoutes(asked, options);
    budgetRoutes(asked, options);
    budgetStatusRoute(asked, options);
    raiseRoutes(asked, options);
    approvalRoutes(asked, options);
    alertRoutes(asked, options);
    forecastRoute(asked, options);
    exportRoute(asked, options);
    priceRoutes(asked, options);
    whoamiRoute(asked);
  });
  await app.register(async (operated: ApiInstance) => {
    requireScope(operated, options.access, 'admin');
    metricsRoute(operated, options.metrics);
    auditLogRoute(operated, options);
    budgetChangeRoutes(operated, options);
    raiseChangeRoutes(operated, options);
    priceChangeRoutes(operated, options);
    approvalDecisionRoute(operated, options.approve);
    identityRoute(operated, options.erase);
    repriceRoute(operated, options, options.reprice);
  });
  return app;
}

function serverWith(bare: BareEndpoint | null, tls: ServedTls | null): (listener: RequestListener) => Server {
  return (listener) => {
    const server = createWebServer(tls, { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS });
    return server.on('request', (request, response) => {
      // An answer is what its type says, whatever of a span stands in it.
      response.setHeader('x-content-type-options', 'nosniff');
      if (bare?.take(request, response) !== true) listener(request, response);
    });
  };
}

async function describe(app: ApiInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tollgate',
        version,
        description: 'What LLM agents cost. Money is a decimal string of USD; null is unknown.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key, `tg_…`' } } },
      security: [{ key: [] }, {}],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutInputs(jsonSchemaTransformObject(document)),
  });
}

type OpenApi = ReturnType<typeof jsonSchemaTransformObject>;

/** Every named schema is listed as input too, but no call takes any of them. */
function withoutInputs(document: OpenApi): OpenApi {
  const { components } = document as { components: { schemas: Record<string, object> } };
  const schemas = Object.fromEntries(Object.entries(components.schemas).filter(([name]) => !name.endsWith('Input')));
  return { ...document, components: { ...components, schemas } } as OpenApi;
}

/** Before anything else of a request is looked at. */
function requireScope(app: ApiInstance, access: Access, scope: Scope): void {
  app.addHook('onRequest', async (request) => {
    const { authorization, host, origin } = request.headers;
    request.caller = await access.authenticate({ authorization, host, origin }, scope);
  });
  app.addHook('preParsing', async (request, _reply, payload) => withinKeyLimit(request, payload));
}

const checkByZod: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (input) => {
    const result = schema.safeParse(input);
    if (result.success) return { value: result.data };
    return { error: new BadParameters(parameterFaults(result.error.issues, input)) };
  };
