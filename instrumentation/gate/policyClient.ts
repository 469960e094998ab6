import type http from 'node:http';
import { context } from '@opentelemetry/api';
import { openTelemetryCore, transportOf } from '../lateModules.ts';
import type { PolicyConfig } from './policyConfig.ts';
import { SCOPE, VERSION } from '../scope.ts';

/** An answer of the policy API is a few kilobytes; one that is larger is none. */
const ANSWER_BYTES_MAX = 1_048_576;
/** How long an answer that nobody waits for is still of use. */
const LATE_MS = 30_000;
/** Connections kept for the next call; more may be open at once. */
const IDLE_SOCKETS_MAX = 16;

export interface PolicyAnswer {
  readonly status: number;
  /** Undefined where it is not JSON. */
  readonly body: unknown;
}

export interface PolicyRequest {
  readonly method: 'GET' | 'POST';
  /** Below `/policy/v1`. */
  readonly path: string;
  readonly body?: object;
  readonly timeoutMs: number;
  /** False for what no caller waits for: it must not keep a process alive that is done. */
  readonly holdsProcess: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with an answer that came after `timeoutMs`, when nobody waits for it any more. */
  readonly onLateAnswer?: (answer: PolicyAnswer) => void;
}

/**
 * The policy API over kept connections. Not through `fetch`, which applications replace and instrumentations trace, and
 * with tracing suppressed: the check of a call is no span of the application's.
 */
export class PolicyClient {
  readonly #url: string | null;
  readonly #apiKey: string | null;
  #agent: http.Agent | null = null;

  constructor({ url, apiKey }: PolicyConfig) {
    this.#url = url;
    this.#apiKey = apiKey;
  }

  /** Rejects where no answer came; every status is an answer. */
  async send(request: PolicyRequest): Promise<PolicyAnswer> {
    const attempt = (): Promise<PolicyAnswer> =>
      context.with(openTelemetryCore().suppressTracing(context.active()), () => this.#attempt(request));
    try {
      return await attempt();
    } catch (fault) {
      // The other side closed a kept connection as we wrote to it. Every request of this API may be sent twice.
      if (!(fault instanceof LostConnection)) throw fault;
      return attempt();
    }
  }

  #attempt({ method, path, body, signal, ...options }: PolicyRequest): Promise<PolicyAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#url === null) throw new Error('TOLLGATE_POLICY_URL is not an http or https URL');
      const url = new URL(`${this.#url}/policy/v1${path}`);
      const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
      const transport = transportOf(url);
      this.#agent ??= new transport.Agent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS_MAX });
      const request = transport.request(url, {
        method,
        agent: this.#agent,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          'user-agent': `${SCOPE}/${VERSION}`,
          accept: 'application/json',
          ...(this.#apiKey === null ? {} : { authorization: `Bearer ${this.#apiKey}` }),
          ...(bytes === null ? {} : { 'content-type': 'application/json', 'content-length': bytes.byteLength }),
        },
      });
      const deliver = boundTime(request, options, resolve, reject);
      request.on('close', () => reject(new Error('the connection was closed without an answer')));
      let answered = false;
      request.on('error', (fault: NodeJS.ErrnoException) => {
        const lost = request.reusedSocket && !answered && (fault.code === 'ECONNRESET' || fault.code === 'EPIPE');
        reject(lost ? new LostConnection(fault.message) : fault);
      });
      request.on('response', (response) => {
        answered = true;
        readBody(response, deliver, reject);
      });
      request.end(bytes ?? undefined);
    });
  }
}

class LostConnection extends Error {}

/** Rejects in time. Where a late answer is of use, the request goes on without keeping the process alive. */
function boundTime(
  request: http.ClientRequest,
  { timeoutMs, holdsProcess, onLateAnswer }: Pick<PolicyRequest, 'timeoutMs' | 'holdsProcess' | 'onLateAnswer'>,
  resolve: (answer: PolicyAnswer) => void,
  reject: (fault: Error) => void,
): (answer: PolicyAnswer) => void {
  const letGo = (): void => {
    request.on('socket', (socket) => socket.unref());
    request.socket?.unref();
  };
  let isLate = false;
  let timer = setTimeout(() => {
    const fault = new Error(`no answer in ${timeoutMs} ms`);
    if (onLateAnswer === undefined) {
      request.destroy(fault);
      return;
    }
    isLate = true;
    reject(fault);
    letGo();
    timer = setTimeout(() => request.destroy(), LATE_MS).unref();
  }, timeoutMs);
  if (!holdsProcess) {
    timer.unref();
    letGo();
  }
  request.on('close', () => clearTimeout(timer));
  return (answer) => (isLate ? onLateAnswer?.(answer) : resolve(answer));
}

function readBody(
  response: http.IncomingMessage,
  resolve: (answer: PolicyAnswer) => void,
  reject: (fault: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > ANSWER_BYTES_MAX) response.destroy(new Error(`an answer above ${ANSWER_BYTES_MAX} bytes`));
    else chunks.push(chunk);
  });
  response.on('error', reject);
  response.on('end', () =>
    resolve({ status: response.statusCode ?? 0, body: parseJson(Buffer.concat(chunks).toString('utf8')) }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
