import type { Operation } from '../calls/operation.ts';
import { providerOfHost } from '../calls/target.ts';
import { anthropicOperationOf } from './anthropic.ts';
import { bedrockOperationOf } from './bedrock.ts';
import { cohereOperationOf } from './cohere.ts';
import { googleCallOf } from './googlePath.ts';
import { huggingFaceCallOf, isHuggingFace } from './huggingFace.ts';
import { mistralOperationOf } from './mistral.ts';
import { ollamaOperationOf } from './ollama.ts';
import { openaiOperationOf } from './openai.ts';
import { gatewayCallOf } from './vercelGateway.ts';

/** In which shape an endpoint takes requests and gives answers and errors. */
export type WireFormat =
  | 'openai'
  | 'anthropic'
  | 'google'
  | 'mistral'
  | 'cohere'
  | 'ollama'
  | 'bedrock'
  | 'huggingface'
  | 'gateway';

/** What the address of a request says of the model call that it makes. */
export interface Wire {
  readonly format: WireFormat;
  readonly operation: Operation;
  /** The conventions' name: the host's, else whose wire it is. */
  readonly provider: string;
  /** As the address names it; null where the body does. */
  readonly model: string | null;
  /** Azure's name for a model it runs, which the address has and a body cannot change. */
  readonly deployment: string | null;
  /** Null where the body's `stream` says so. */
  readonly isStream: boolean | null;
  /** What a body without `stream` means. */
  readonly streamsByDefault: boolean;
  /** False where the path alone speaks for it: then the body must look like a request to a model, too. */
  readonly isKnownHost: boolean;
  /** The same address with another model; null where the address has none. */
  withModel(model: string): URL | null;
}

/** What the path says, on a host that is known or not. */
interface PathCall {
  readonly format: WireFormat;
  readonly operation: Operation;
  /** Whose wire it is, for hosts that do not say; a part of the path may say it of a known host. */
  readonly provider: string;
  readonly model?: string;
  readonly deployment?: string | null;
  readonly isStream?: boolean;
  readonly streamsByDefault?: boolean;
  readonly pathWith?: (model: string) => string;
}

/** What a POST to this address with these headers asks for; null for what is no model call that is billed by tokens. */
export function wireOf(url: URL, header: (name: string) => string | null = () => null): Wire | null {
  const { hostname, pathname: path } = url;
  const isRouter = isHuggingFace(hostname);
  const known = isRouter ? null : (providerOfHost(hostname) ?? (isOllama(url) ? 'ollama' : null));
  const found: PathCall | null =
    gatewayCallOf(path, header) ?? (isRouter ? huggingFaceCallOf(path) : callOf(known, path));
  if (found === null) return null;
  const { format, operation, pathWith } = found;
  return {
    format,
    operation,
    provider: known ?? found.provider,
    model: found.model ?? null,
    deployment: found.deployment ?? null,
    isStream: found.isStream ?? null,
    streamsByDefault: found.streamsByDefault ?? false,
    isKnownHost: isRouter || known !== null,
    withModel: (model) => (pathWith === undefined ? null : addressOf(url, pathWith(model))),
  };
}

/** The port at which Ollama listens, and its own cloud. */
const isOllama = ({ hostname, port }: URL): boolean =>
  port === '11434' || hostname === 'ollama.com' || hostname === 'ollama';

function callOf(known: string | null, path: string): PathCall | null {
  return ownCallOf(known, path) ?? googleCallOf(path) ?? bedrockCallOf(path) ?? commonCallOf(known, path);
}

/** Paths that mean something on their provider's hosts alone. */
function ownCallOf(known: string | null, path: string): PathCall | null {
  const operation =
    known === 'mistral_ai' ? mistralOperationOf(path) : known === 'cohere' ? cohereOperationOf(path) : null;
  if (operation === null) return null;
  return known === 'cohere'
    ? { format: 'cohere', operation, provider: 'cohere' }
    : { format: 'mistral', operation, provider: 'mistral_ai' };
}

function bedrockCallOf(path: string): PathCall | null {
  const found = bedrockOperationOf(path);
  if (found === null) return null;
  const start = path.lastIndexOf('/model/') + '/model/'.length;
  const end = path.lastIndexOf('/');
  return {
    ...found,
    format: 'bedrock',
    provider: 'aws.bedrock',
    pathWith: (model) => `${path.slice(0, start)}${encodeURIComponent(model)}${path.slice(end)}`,
  };
}

/** The wires that many hosts speak. */
function commonCallOf(known: string | null, path: string): PathCall | null {
  const messages = anthropicOperationOf(path.slice(Math.max(0, path.lastIndexOf('/v1/'))));
  if (messages !== null) return { format: 'anthropic', operation: messages, provider: 'anthropic' };
  const ollama = ollamaOperationOf(path);
  if (ollama !== null && (known === null || known === 'ollama')) {
    return { format: 'ollama', operation: ollama, provider: 'ollama', streamsByDefault: ollama.outputLimit !== null };
  }
  const openai = known !== null || isUnmistakable(path) ? openaiOperationOf(path) : null;
  if (openai === null) return null;
  const deployment = azureDeployment.exec(path)?.[1] ?? null;
  const provider = deployment === null ? 'openai' : 'azure.ai.openai';
  return { format: 'openai', operation: openai, provider, deployment };
}

const azureDeployment = /\/openai\/deployments\/([^/]+)\//;
/** `/responses` may be anybody's: a form's, a survey's. */
const isUnmistakable = (path: string): boolean =>
  /\/chat\/completions$|\/v1\/(?:responses|responses\/compact|embeddings|completions)$/.test(path) ||
  azureDeployment.test(path);

function addressOf(url: URL, path: string): URL {
  const changed = new URL(url);
  changed.pathname = path;
  return changed;
}
