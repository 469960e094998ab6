import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorTable, TollgateError } from '../../src/errors.ts';
import { formatUsd } from '../../src/money.ts';
import type { Decision } from '../../src/policy/decision.ts';
import type { Access, Caller } from '../access/caller.ts';
import { instantJson } from '../alerts/amountJson.ts';
import { asTollgateError, badParameter, PROBLEM_TYPE, problemOf } from '../api/problem.ts';
import { readDecisionId } from '../gate/decisionId.ts';
import type { Gate } from '../gate/gate.ts';
import type { Callback } from './callback.ts';
import { decisionJson } from './decisionJson.ts';
import { readDecisionRequest } from './decisionRequest.ts';
import { isPolicyUrl, type PolicyRoute, readWaitMs, routeOf } from './policyRoutes.ts';
import { ID_EXPECTED, readRenewalIds } from './renewalRequest.ts';
import { discardRest, readJsonBody, requireJson } from './requestBody.ts';
import { readSettlement } from './settlementRequest.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Each holds a connection for up to a minute. */
const WAITS_MAX = 1_000;
const WAITS_RETRY_SECONDS = 5;
const MS_A_SECOND = 1_000;

export interface PolicyEndpointOptions {
  readonly gate: Pick<Gate, 'decide' | 'settle' | 'renew' | 'find' | 'wait'>;
  readonly access: Access;
  /** Null: nobody else is asked. */
  readonly callback: Callback | null;
  readonly meters: PolicyMeters;
  /** Gets what is answered with 500. */
  readonly onFault: (fault: unknown) => void;
}

/** What the endpoint counts for `/metrics`. */
interface PolicyMeters {
  asked(): void;
  /** Null for anything but a decision. */
  answered(decisionSeconds: number | null): void;
}

/** The paths below /policy/v1/, on plain `node:http`: the framework of the other paths costs as much as a decision. */
export class PolicyEndpoint {
  readonly #options: PolicyEndpointOptions;
  /** One for each request that something may still come for: its body, or a person's decision. */
  readonly #stops = new Set<() => void>();
  #waits = 0;
  #isClosing = false;

  constructor(options: PolicyEndpointOptions) {
    this.#options = options;
  }

  /** Answers the request where its path is one of these; else leaves it alone and returns false. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? '';
    if (!isPolicyUrl(url)) return false;
    void this.#answer(request, response, url);
    return true;
  }

  /**
   * Those who wait for a person's decision get the answer as it is, bodies that have not arrived are refused, and connections end
   * with their next answer.
   */
  close(): void {
    this.#isClosing = true;
    for (const stop of this.#stops) stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const { meters } = this.#options;
    const startedMs = performance.now();
    const route = routeOf(url);
    meters.asked();
    try {
      const answer = await this.#resolve(request, response, route);
      this.#send(response, 200, JSON_TYPE, JSON.stringify(answer));
    } catch (failure) {
      this.#refuse(request, response, failure, route);
    }
    meters.answered(route?.name === 'decide' ? (performance.now() - startedMs) / MS_A_SECOND : null);
  }

  async #resolve(request: IncomingMessage, response: ServerResponse, route: PolicyRoute | null): Promise<object> {
    if (route === null) throw new TollgateError('not_found', `There is no ${request.method} ${pathOf(request)}`);
    if (request.method !== route.method) {
      throw new TollgateError('method_not_allowed', `Method: expected ${route.method}, found ${request.method}`);
    }
    const { authorization, host, origin } = request.headers;
    const caller = await this.#options.access.authenticate({ authorization, host, origin }, 'policy');
    if (route.name === 'find') return this.#find(caller, route, response);
    requireJson(request);
    return this.#act(caller, route, await readJsonBody(request, this.#stops, caller));
  }

  async #act(caller: Caller, route: Exclude<PolicyRoute, { name: 'find' }>, body: unknown): Promise<object> {
    const { gate, callback } = this.#options;
    switch (route.name) {
      case 'decide': {
        const asked = readDecisionRequest(body, caller);
        const outer = callback === null ? null : await callback.ask(asked);
        return decisionJson(await gate.decide(asked, outer));
      }
      case 'settle': {
        const id = requireId(route.id);
        const { costFemtoUsd } = await gate.settle(caller, id, readSettlement(body));
        return { cost_usd: costFemtoUsd === null ? null : formatUsd(costFemtoUsd) };
      }
      case 'renew': {
        const { renewed, ended } = await gate.renew(caller, readRenewalIds(body));
        const kept = renewed.map(({ id, expiresAtMicros }) => ({ id, expires_at: instantJson(expiresAtMicros) }));
        return { renewed: kept, ended };
      }
    }
  }

  async #find(
    caller: Caller,
    route: Extract<PolicyRoute, { name: 'find' }>,
    response: ServerResponse,
  ): Promise<object> {
    const waitMs = readWaitMs(route.query);
    const id = requireId(route.id);
    const { gate } = this.#options;
    const decision = waitMs === 0 ? await gate.find(caller, id) : await this.#wait(caller, id, waitMs, response);
    if (decision === null) throw new TollgateError('not_found', `There is no decision ${id}`);
    return decisionJson(decision);
  }

  async #wait(caller: Caller, id: string, waitMs: number, response: ServerResponse): Promise<Decision | null> {
    if (this.#waits >= WAITS_MAX) {
      const message = `${this.#waits} requests wait for approvals; ask without wait.`;
      throw new TollgateError('overloaded', message, { retryAfterSeconds: WAITS_RETRY_SECONDS });
    }
    const { gate } = this.#options;
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    if (this.#isClosing) stop();
    this.#stops.add(stop);
    this.#waits += 1;
    response.once('close', stop);
    try {
      return await Promise.race([gate.wait(caller, id, waitMs), stopped.then(() => gate.find(caller, id))]);
    } finally {
      this.#waits -= 1;
      this.#stops.delete(stop);
      response.off('close', stop);
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, failure: unknown, route: PolicyRoute | null): void {
    const coded = asTollgateError(failure);
    if (coded.code === 'internal') this.#options.onFault(failure);
    const { status } = errorTable[coded.code];
    const headers: Record<string, string> = {};
    if (coded.retryAfterSeconds !== null) headers['Retry-After'] = String(coded.retryAfterSeconds);
    if (status === 401) headers['WWW-Authenticate'] = 'Bearer realm="tollgate"';
    if (status === 405) headers['Allow'] = route?.method ?? '';
    const isTooSlow = coded.code === 'request_timeout' || coded.code === 'shutting_down';
    if (isTooSlow) headers['Connection'] = 'close';
    this.#send(response, status, PROBLEM_TYPE, JSON.stringify(problemOf(coded, pathOf(request))), headers);
    if (!isTooSlow) discardRest(request);
  }

  #send(response: ServerResponse, status: number, type: string, body: string, more: Record<string, string> = {}): void {
    if (response.destroyed || response.headersSent) return;
    const headers = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...more };
    response.writeHead(status, this.#isClosing ? { ...headers, Connection: 'close' } : headers);
    response.end(body);
  }
}

function requireId(text: string): string {
  const id = readDecisionId(text);
  if (id === null) throw badParameter('id', text, ID_EXPECTED);
  return id;
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? url;
}
