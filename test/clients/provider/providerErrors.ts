import type { ProviderName } from './answer.ts';

const googleStatus: Readonly<Record<number, string>> = { 400: 'INVALID_ARGUMENT', 404: 'NOT_FOUND', 500: 'INTERNAL' };

/** The body in which each provider says what went wrong. */
export function errorOf(provider: ProviderName, status: number): unknown {
  const message = `The stand-in was asked for a ${status}.`;
  switch (provider) {
    case 'google':
      return { error: { code: status, message, status: googleStatus[status] ?? 'UNKNOWN' } };
    case 'mistral':
      return { object: 'error', message, type: 'invalid_request_error', param: null, code: '3051' };
    case 'cohere':
      return { id: 'error', message };
    case 'ollama':
    case 'huggingface':
      return { error: message };
    case 'gateway':
      return { error: { message, type: 'invalid_request_error' } };
    case 'openrouter':
      return { error: { code: status, message } };
  }
}
