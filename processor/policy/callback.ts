import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { DecisionRequest, OuterVerdict } from '../../src/policy/decision.ts';
import { signedHeaders } from '../alerts/sign.ts';
import type { CallbackConfig } from '../endpointConfig.ts';
import type { Gate } from '../gate/gate.ts';
import { faultCode } from '../store/storeFault.ts';
import { readCallbackAnswer } from './callbackAnswer.ts';
import { callbackBody } from './callbackBody.ts';

export type CallbackOutcome = 'answered' | 'timeout' | 'error';

/** The policy of the operator's own, asked over HTTP before each decision. */
export interface Callback {
  /** What it said; null where it is silent and `on_error` lets calls pass. Rejects only where the gate's preview does. */
  ask(request: DecisionRequest): Promise<OuterVerdict | null>;
  close(): void;
}

export interface CallbackParts {
  readonly config: CallbackConfig;
  readonly gate: Pick<Gate, 'preview'>;
  readonly nowMs: () => number;
  readonly onOutcome: (outcome: CallbackOutcome, seconds: number) => void;
  /** Why it was not understood or did not answer. */
  readonly onSilence: (reason: string) => void;
}

const SOCKETS_MAX = 64;
const ANSWER_BYTES_MAX = 64 * 1024;
const MS_A_SECOND = 1_000;

class CallbackTimeout extends Error {}

/** Signed as Standard Webhooks 1.0.0 has it; redirects are not followed. */
export function createCallback({ config, gate, nowMs, onOutcome, onSilence }: CallbackParts): Callback {
  const url = new URL(config.url);
  const client = url.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });

  async function post(body: string): Promise<string> {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'tollgate',
      ...signedHeaders(randomUUID(), nowMs(), body, [config.key]),
    };
    return new Promise((resolve, reject) => {
      let request: http.ClientRequest;
      let isSettled = false;
      const settle = (outcome: string | Error): void => {
        isSettled = true;
        clearTimeout(deadline);
        if (typeof outcome === 'string') return resolve(outcome);
        reject(outcome);
        request.destroy();
      };
      const send = (): void => {
        request = client.request(url, { method: 'POST', agent, headers });
        request.on('error', (fault) => {
          // The other side closed a kept connection as it was used again: it has not read a byte.
          if (!isSettled && request.reusedSocket && faultCode(fault) === 'ECONNRESET') send();
          else settle(fault);
        });
        request.on('response', (response) => readAnswer(response, settle));
        request.end(body);
      };
      // From before a socket is had until the last byte: nothing of it may take longer.
      const deadline = setTimeout(() => {
        settle(new CallbackTimeout(`no whole answer within ${config.timeoutMs} ms`));
      }, config.timeoutMs);
      send();
    });
  }

  return {
    async ask(request) {
      const body = callbackBody(request, await gate.preview(request), nowMs());
      const startedMs = performance.now();
      const tell = (outcome: CallbackOutcome): void =>
        onOutcome(outcome, (performance.now() - startedMs) / MS_A_SECOND);
      try {
        const verdict = readCallbackAnswer(await post(body));
        tell('answered');
        return verdict;
      } catch (fault) {
        tell(fault instanceof CallbackTimeout ? 'timeout' : 'error');
        onSilence(fault instanceof Error ? fault.message : String(fault));
        if (config.onError === 'allow') return null;
        const message = 'The policy callback gave no answer, and on_error is deny.';
        return { effect: 'deny', model: null, maxOutputTokens: null, message };
      }
    },
    close: () => agent.destroy(),
  };
}

function readAnswer(response: http.IncomingMessage, settle: (outcome: string | Error) => void): void {
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) {
    settle(new Error(`status: expected 2xx, found ${statusCode}`));
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX)
      settle(new Error(`the answer: expected at most ${ANSWER_BYTES_MAX} bytes, found more`));
    else chunks.push(chunk);
  });
  response.on('end', () => settle(Buffer.concat(chunks, length).toString()));
  response.on('error', settle);
  response.on('close', () => {
    if (!response.complete) settle(new Error('the answer ended early'));
  });
}
