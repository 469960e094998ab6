import type { Operation } from '../calls/operation.ts';
import { converse } from './bedrockConverse.ts';
import { embed, invoke } from './bedrockInvoke.ts';

/** One request to Bedrock's runtime, as its path tells it. */
export interface BedrockEndpoint {
  readonly operation: Operation;
  /** Model id, inference profile or ARN; the body has none. */
  readonly model: string;
  /** Answered as an AWS event stream. */
  readonly isStream: boolean;
}

const PATH = /\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/;

/** `/model/ID/converse` and its like, the id percent-encoded or not; null for what is no model call that is billed by tokens. */
export function bedrockOperationOf(path: string): BedrockEndpoint | null {
  const [, encoded = '', endpoint = ''] = PATH.exec(path.split('?', 1)[0] ?? '') ?? [];
  const model = decoded(encoded);
  if (model === null) return null;
  const operation = endpoint.startsWith('converse') ? converse : invokeOperationOf(model);
  return operation === null ? null : { operation, model, isStream: endpoint.includes('stream') };
}

/** Images, videos and rankings are billed by the piece. */
const notByTokens = /titan-image|nova-canvas|nova-reel|nova-sonic|stability\.|luma\.|twelvelabs\.|rerank/;

/** What InvokeModel does with a model: its body is the model's own. */
export function invokeOperationOf(model: string): Operation | null {
  if (notByTokens.test(model)) return null;
  return /embed/.test(model) ? embed : invoke;
}

function decoded(encoded: string): string | null {
  if (encoded === '') return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
