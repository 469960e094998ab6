import type { Span } from '@opentelemetry/api';
import type { OngoingCall } from '../calls/call.ts';
import { startCall } from '../calls/startCall.ts';
import type { ApiClient } from './clientShapes.ts';
import type { ClientFamily } from './families.ts';
import { isFields, textOf } from '../fields.ts';
import { parseTarget } from '../calls/target.ts';
import type { Target } from '../calls/target.ts';

/** The call that `client.post(path, options)` makes; null for what is no model call, and where there is nothing to record. */
export function startClientCall(
  client: ApiClient,
  family: ClientFamily,
  [path, options]: readonly unknown[],
): OngoingCall | null {
  const operation = typeof path === 'string' ? family.operationOf(path) : null;
  if (operation === null) return null;
  return startCall({
    operation,
    target: targetOf(client, family),
    body: isFields(options) ? options['body'] : null,
    deployment: textOf(client.deploymentName),
    clientSpan: spanOfClient(options),
  });
}

const targets = new WeakMap<ApiClient, { readonly baseURL: string; readonly target: Target }>();

/** Parsed once a client, again when the application changes `baseURL`. */
function targetOf(client: ApiClient, family: ClientFamily): Target {
  const baseURL = String(client.baseURL);
  const known = targets.get(client);
  if (known?.baseURL === baseURL) return known.target;
  const relative = providerOfRelative(client);
  const target = parseTarget(baseURL, relative ?? family.provider, relative !== 'azure.ai.openai');
  targets.set(client, { baseURL, target });
  return target;
}

/** A client of another cloud, built on the class of the SDK and told by its fields. */
function providerOfRelative(client: ApiClient): string | null {
  if ('deploymentName' in client && 'apiVersion' in client) return 'azure.ai.openai';
  if ('awsRegion' in client) return 'aws.bedrock';
  return 'projectId' in client && 'region' in client ? 'gcp.vertex_ai' : null;
}

/** `@anthropic-ai/sdk` hands its own span down in the options when the application turned its tracing on. */
function spanOfClient(options: unknown): Span | null {
  const native =
    isFields(options) && isFields(options['__span'])
      ? (options['__span']['span'] as Partial<Span> | undefined)
      : undefined;
  return native?.isRecording?.() === true ? (native as Span) : null;
}
