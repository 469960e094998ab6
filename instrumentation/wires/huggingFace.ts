import type { Operation } from '../calls/operation.ts';
import { openaiEmbeddings, openaiOperationOf } from './openai.ts';

/** Vectors and nothing else: no count of anything. Billed by the second. */
const extractFeatures: Operation = {
  ...openaiEmbeddings,
  request: { contents: ['inputs'], schemas: [], remembered: [] },
};

export const isHuggingFace = (host: string): boolean =>
  host === 'router.huggingface.co' || host.endsWith('.endpoints.huggingface.cloud');

interface RoutedCall {
  readonly format: 'huggingface';
  readonly operation: Operation;
  readonly provider: string;
  readonly model?: string;
}

/** `/PROVIDER/…`, or `/v1/…` where the router chooses. The name is the price list's: each provider has its own prices. */
export function huggingFaceCallOf(path: string): RoutedCall | null {
  const first = path.split('/', 2)[1] ?? '';
  const provider = ownPlaces.has(first) ? 'huggingface' : `huggingface_${first}`;
  const openai = openaiOperationOf(path);
  if (openai !== null) return { format: 'huggingface', operation: openai, provider };
  const model = featuresOf.exec(path)?.[1];
  return model === undefined ? null : { format: 'huggingface', operation: extractFeatures, provider, model };
}

const ownPlaces: ReadonlySet<string> = new Set(['v1', 'hf-inference', 'models']);
const featuresOf = /\/models\/([^/]+(?:\/[^/]+)?)\/pipeline\/feature-extraction$/;
