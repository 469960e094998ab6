import type { Operation } from '../calls/operation.ts';
import { anthropicMessages } from './anthropic.ts';
import { googleEmbeddings, googleOperations } from './google.ts';
import { googleInteractions } from './googleInteractions.ts';
import { mistralChat } from './mistral.ts';

interface GoogleCall {
  readonly format: 'google' | 'anthropic' | 'mistral';
  readonly operation: Operation;
  readonly provider: 'gcp.gemini' | 'gcp.vertex_ai';
  readonly model?: string;
  readonly isStream?: boolean;
  readonly pathWith?: (model: string) => string;
}

type Found = Pick<GoogleCall, 'format' | 'operation'>;

/** What stands before the model: `models`, on Vertex AI also under `publishers/WHO`, and a tuned model's own places. */
const collections: ReadonlySet<string> = new Set(['models', 'tunedModels', 'endpoints']);

/** What a path in Google's manner, `…/models/MODEL:METHOD`, asks for; null for any other. */
export function googleCallOf(path: string): GoogleCall | null {
  if (interactions.test(path)) {
    const provider = path.includes('/projects/') ? 'gcp.vertex_ai' : 'gcp.gemini';
    return { format: 'google', operation: googleInteractions, provider };
  }
  const colon = path.lastIndexOf(':');
  const start = path.lastIndexOf('/') + 1;
  if (colon <= start) return null;
  const segments = path.slice(0, start - 1).split('/');
  if (!collections.has(segments.at(-1) ?? '')) return null;
  const publisher = segments.at(-3) === 'publishers' ? (segments.at(-2) ?? '') : null;
  const model = decoded(path.slice(start, colon));
  const method = path.slice(colon + 1);
  const found = operationOf(publisher, model, method);
  if (found === null) return null;
  return {
    ...found,
    provider: publisher !== null || segments.includes('projects') ? 'gcp.vertex_ai' : 'gcp.gemini',
    model,
    isStream: method.startsWith('stream'),
    pathWith: (other) => `${path.slice(0, start)}${encodeURIComponent(other)}:${method}`,
  };
}

const interactions = /\/v1(?:alpha|beta\d?)?\/(?:projects\/.*\/)?interactions$/;

const raw: Readonly<Record<string, Found>> = {
  anthropic: { format: 'anthropic', operation: anthropicMessages },
  mistralai: { format: 'mistral', operation: mistralChat },
};

/** Vertex AI counts tokens as if by a model of Anthropic's, which costs nothing; pages that Mistral's read are billed by the piece. */
const notByTokens = /^(?:count-tokens$|mistral-ocr)/;

function operationOf(publisher: string | null, model: string, method: string): Found | null {
  if (method === 'rawPredict' || method === 'streamRawPredict') {
    if (notByTokens.test(model)) return null;
    return publisher !== null && Object.hasOwn(raw, publisher) ? (raw[publisher] ?? null) : null;
  }
  if (method === 'predict')
    return /embedding|gecko/.test(model) ? { format: 'google', operation: googleEmbeddings } : null;
  const operation = googleOperations.get(method);
  return operation === undefined ? null : { format: 'google', operation };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
