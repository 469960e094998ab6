import { mailOf, slackBody, standardBody } from './bodies.ts';
import { webhookId, type Answer, type Delivery } from './delivery.ts';
import type { AlertEndpoint, EmailEndpoint } from './endpoint.ts';
import { post } from './post.ts';
import { signedHeaders, signingKeyOf } from './sign.ts';

interface SendContext {
  readonly nowMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Makes one attempt. Never rejects: what goes wrong is an answer. */
export type Send = (delivery: Delivery, context: SendContext) => Promise<Answer>;

const GONE = 410;

export function senderOf(endpoint: AlertEndpoint): Send {
  const send = sendBy(endpoint);
  return async (delivery, context) => {
    try {
      return await send(delivery, context);
    } catch (fault) {
      return { kind: 'refused', text: fault instanceof Error ? fault.message : String(fault), retryAfterMs: null };
    }
  };
}

function sendBy(endpoint: AlertEndpoint): Send {
  switch (endpoint.format) {
    case 'standard': {
      const keys = endpoint.secrets.map(keyOf);
      return (delivery, context) => {
        const body = standardBody(delivery.alert);
        return postTo(endpoint.url, body, context, signedHeaders(webhookId(delivery), context.nowMs, body, keys));
      };
    }
    case 'slack':
      return (delivery, context) => postTo(endpoint.url, slackBody(delivery.alert), context, {});
    case 'email':
      return (delivery, context) => sendMail(endpoint, delivery, context);
  }
}

function keyOf(secret: string): Buffer {
  const key = signingKeyOf(secret);
  if (key === null) throw new Error("a webhook's secret: expected whsec_ and base64 of 24 to 64 bytes");
  return key;
}

async function postTo(
  url: string,
  body: string,
  { timeoutMs, signal }: SendContext,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { status, retryAfterMs } = await post({
    url,
    headers: { 'content-type': 'application/json', 'user-agent': 'tollgate', ...headers },
    body,
    timeoutMs,
    signal,
  });
  const text = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: 'taken', text };
  return status === GONE ? { kind: 'gone', text } : { kind: 'refused', text, retryAfterMs };
}

async function sendMail(endpoint: EmailEndpoint, delivery: Delivery, context: SendContext): Promise<Answer> {
  // Loaded by those who send mail.
  const { createTransport } = await import('nodemailer');
  const { timeoutMs, signal } = context;
  const transport = createTransport(
    { url: endpoint.smtpUrl, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    { disableFileAccess: true, disableUrlAccess: true },
  );
  const end = (): void => transport.close();
  signal.addEventListener('abort', end);
  try {
    const { response } = await transport.sendMail({
      from: endpoint.from,
      to: [...endpoint.to],
      // By it a mailbox knows a mail that was sent again because the answer was lost.
      messageId: `<${webhookId(delivery)}@tollgate>`,
      ...mailOf(delivery.alert),
    });
    return { kind: 'taken', text: response };
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
