import { say, sayFault } from '../fault.ts';
import { isFields } from '../fields.ts';
import type { ModulePatch } from '../loading/modulePatch.ts';
import { signalOfSend, watchAttempt, watchCall } from './bedrockCall.ts';
import { clientPrototype, hasStack } from './smithy.ts';
import type { Send, SmithyClient } from './smithy.ts';

const PACKAGE = '@aws-sdk/client-bedrock-runtime';

export const bedrockPatch: ModulePatch = {
  packageName: PACKAGE,
  files: [],
  testedMajors: [3],
  patch: patchBedrock,
};

const patched = new WeakSet<object>();
const watched = new WeakSet<SmithyClient>();

/**
 * Patches the client class of one copy of the SDK: the first `send` of a client adds the middleware. Each copy has a `Client`
 * of its own above, which all of AWS' clients share; that one is left alone, and found anew with each call, since others
 * patch it.
 */
function patchBedrock(exported: unknown): void {
  const prototype = clientPrototype(exported, 'BedrockRuntimeClient');
  if (prototype === null) {
    say(`${PACKAGE}: its client has no method "send" to watch; its calls are not recorded`);
    return;
  }
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const own = Object.hasOwn(prototype, 'send') ? prototype.send : null;
  const parent = Object.getPrototypeOf(prototype) as { send: Send };
  const send: Send = function send(this: SmithyClient, ...args: unknown[]): unknown {
    watchClient(this);
    const run = (): unknown => (own ?? parent.send).apply(this, args);
    const signal = signalOf(args[1]);
    return signal === signalOfSend.getStore() ? run() : signalOfSend.run(signal, run);
  };
  Object.defineProperty(send, 'length', { value: prototype.send.length, configurable: true });
  Object.defineProperty(prototype, 'send', { value: send, writable: true, configurable: true, enumerable: false });
}

function watchClient(client: SmithyClient): void {
  if (watched.has(client) || !hasStack(client)) return;
  watched.add(client);
  try {
    client.middlewareStack.add(watchCall, { name: 'tollgateCall', step: 'initialize', priority: 'low' });
    client.middlewareStack.add(watchAttempt, { name: 'tollgateAttempt', step: 'deserialize', priority: 'low' });
  } catch (fault) {
    sayFault('watching a Bedrock client', fault);
  }
}

function signalOf(options: unknown): AbortSignal | undefined {
  const signal = isFields(options) ? options['abortSignal'] : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}
