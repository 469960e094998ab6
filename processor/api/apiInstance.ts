import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Actor } from '../access/auditLog.ts';
import type { Caller } from '../access/caller.ts';
import type { PolicyStore } from '../gate/policyStore.ts';
import type { PriceBook } from '../prices/priceBook.ts';
import type { Database } from '../store/database.ts';

/** A Fastify server whose routes are typed by their zod schemas. */
export type ApiInstance = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request is authenticated. */
    caller: Caller | null;
  }
}

/** What the routes need of the world. */
export interface ApiContext {
  readonly database: Database;
  readonly clock: () => Date;
  readonly policies: PolicyStore;
  readonly prices: PriceBook;
}

/** Who asked, for the audit. */
export function actorOf(request: FastifyRequest): Actor {
  return { keyId: request.caller?.keyId ?? null, keyName: request.caller?.keyName ?? null };
}

export function tenantOf(request: FastifyRequest): string {
  return callerOf(request).tenant;
}

export function callerOf({ caller, url }: FastifyRequest): Caller {
  if (caller === null) throw new Error(`${url} was reached without authentication`);
  return caller;
}
