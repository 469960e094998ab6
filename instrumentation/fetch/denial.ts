import type { PolicyDeniedError } from '../gate/policyDeniedError.ts';
import type { Wire, WireFormat } from '../wires/wireOf.ts';
import { asAnswered } from './answered.ts';

const STATUS = 403;

/** What a provider answers to what is forbidden, so that its client raises its own error, once. */
export function deniedResponse({ message, code }: PolicyDeniedError, { format }: Wire, url: string): Response {
  const response = new Response(JSON.stringify(bodyOf(format, message, code)), {
    status: STATUS,
    statusText: 'Forbidden',
    headers: {
      'content-type': 'application/json',
      // For the SDKs of OpenAI, Anthropic and their like, and for Bedrock's.
      'x-should-retry': 'false',
      'x-amzn-errortype': 'AccessDeniedException',
    },
  });
  return asAnswered(response, { url, redirected: false, type: 'basic', headers: response.headers });
}

/** In the shape of the wire's own errors. */
function bodyOf(format: WireFormat, message: string, code: string): object {
  switch (format) {
    case 'openai':
      return { error: { message, type: 'permission_error', param: null, code } };
    case 'gateway':
      return { error: { message, type: 'forbidden', code } };
    case 'anthropic':
      return { type: 'error', error: { type: 'permission_error', message, code } };
    case 'google': {
      const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code }];
      return { error: { code: STATUS, message, status: 'PERMISSION_DENIED', details } };
    }
    case 'mistral':
      return { object: 'error', message, type: 'permission_error', param: null, code };
    case 'ollama':
    case 'huggingface':
      return { error: message, code };
    case 'cohere':
    case 'bedrock':
      return { message, code };
  }
}
