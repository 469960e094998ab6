import type { Operation } from '../calls/operation.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { converse } from '../wires/bedrockConverse.ts';
import { invokeOperationOf } from '../wires/bedrock.ts';
import { vendorOf } from '../wires/bedrockLimit.ts';

/** A command's input, shown as the body of a request with the model and `stream` in it, and put back from that. */
export interface BedrockRequest {
  readonly operation: Operation;
  /** Null where the bytes of InvokeModel are no JSON object. */
  readonly body: Fields | null;
  readonly model: string | null;
  /** The input that says what `body`, changed, says; null where it cannot be said. */
  inputOf(body: Fields): Fields | null;
}

/** Null for what is no model call that is billed by tokens. */
export function bedrockRequestOf(commandName: unknown, input: unknown): BedrockRequest | null {
  if (!isFields(input)) return null;
  const model = textOf(input['modelId']);
  switch (commandName) {
    case 'ConverseCommand':
      return converseRequest(input, model, false);
    case 'ConverseStreamCommand':
      return converseRequest(input, model, true);
    case 'InvokeModelCommand':
      return invokeRequest(input, model, false);
    case 'InvokeModelWithResponseStreamCommand':
      return invokeRequest(input, model, true);
    default:
      return null;
  }
}

function converseRequest(input: Fields, model: string | null, stream: boolean): BedrockRequest {
  const { modelId: _id, ...rest } = input;
  return {
    operation: converse,
    model,
    body: { ...rest, ...shown(model, stream, fieldsOrEmpty(input['serviceTier'])['type']) },
    inputOf: (body) => ({
      ...rest,
      ...(body['inferenceConfig'] === undefined ? {} : { inferenceConfig: body['inferenceConfig'] }),
      ...(body['additionalModelRequestFields'] === undefined
        ? {}
        : { additionalModelRequestFields: body['additionalModelRequestFields'] }),
      modelId: body['model'],
    }),
  };
}

function invokeRequest(input: Fields, model: string | null, stream: boolean): BedrockRequest | null {
  const operation = invokeOperationOf(model ?? '');
  if (operation === null) return null;
  const sent = bodyOf(input['body']);
  return {
    operation,
    model,
    body: sent === null ? null : { ...sent, ...shown(model, stream, input['serviceTier']) },
    inputOf(body) {
      if (sent === null || vendorOf(String(body['model'])) !== vendorOf(model ?? '')) return null;
      const { model: granted, stream: _shown, service_tier: _tier, ...rest } = body;
      const own = Object.fromEntries(shownNames.filter((name) => name in sent).map((name) => [name, sent[name]]));
      // In the form it was given: the SDK signs either.
      const text = JSON.stringify({ ...rest, ...own });
      return { ...input, modelId: granted, body: typeof input['body'] === 'string' ? text : Buffer.from(text) };
    },
  };
}

const shownNames = ['model', 'stream', 'service_tier'];

const shown = (model: string | null, stream: boolean, tier: unknown): Fields => ({
  ...(model === null ? {} : { model }),
  ...(stream ? { stream } : {}),
  ...(typeof tier === 'string' ? { service_tier: tier } : {}),
});

const decoder = new TextDecoder();

/** What InvokeModel sends and answers: JSON of the model's own, mostly as bytes. */
export function bodyOf(bytes: unknown): Fields | null {
  const text =
    typeof bytes === 'string'
      ? bytes
      : bytes instanceof Uint8Array || bytes instanceof ArrayBuffer
        ? decoder.decode(bytes)
        : null;
  if (text === null) return null;
  try {
    const body: unknown = JSON.parse(text);
    return isFields(body) ? body : null;
  } catch {
    return null;
  }
}
