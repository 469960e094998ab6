import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { aiSdkPatch } from '../../instrumentation/frameworks/aiSdk.ts';
import { watchTools } from '../../instrumentation/frameworks/aiSdkTools.ts';
import { watchAiSdk } from '../../instrumentation/frameworks/aiSdkChannel.ts';

/** As esbuild writes CommonJS: what is exported cannot be assigned. */
function bundledExports(values: Readonly<Record<string, unknown>>): object {
  const properties = Object.entries(values).map(([name, value]) => [name, { get: () => value, enumerable: true }]);
  return Object.defineProperties({}, Object.fromEntries(properties) as PropertyDescriptorMap);
}

interface Sdk {
  generateText(options: unknown): Promise<unknown>;
  other: unknown;
}

describe('the AI SDK, version 6', () => {
  const other = { same: true };
  async function generateText({ tools }: { tools?: Record<string, { execute(input: unknown): unknown }> }) {
    return tools?.['look']?.execute('input');
  }
  const exported = bundledExports({ generateText, other });
  const patched = aiSdkPatch.patch(exported, '6.0.0') as Sdk;

  it('is given back with the functions that are watched, and all else as it was', () => {
    expect(Object.keys(patched)).toEqual(Object.keys(exported));
    expect(patched.other).toBe(other);
    expect([patched.generateText.name, patched.generateText.length]).toEqual(['generateText', 1]);
  });

  it("calls a tool with the application's own object, which stays as it is", async () => {
    const seen: unknown[] = [];
    const look = {
      execute(this: unknown, input: unknown): string {
        seen.push(this === look, input);
        return 'found';
      },
    };
    const tools = Object.freeze({ look: Object.freeze(look) });
    await expect(patched.generateText(Object.freeze({ tools }))).resolves.toBe('found');
    expect(seen).toEqual([true, 'input']);
  });

  it('calls a tool whose call cannot be asked for its id', async () => {
    const options = Object.defineProperty({}, 'toolCallId', {
      get: () => {
        throw new Error('no id');
      },
    });
    const look = { execute: (given: unknown): unknown => given };
    const { look: watched } = watchTools({ look }) as { look: { execute(...args: unknown[]): unknown } };
    expect(watched.execute('input', options)).toBe('input');
  });

  it('gets through what is no options at all, and fails as it does by itself', async () => {
    await expect(patched.generateText({})).resolves.toBeUndefined();
    await expect(patched.generateText(null)).rejects.toThrow(TypeError);
  });

  it('of another shape is left alone', () => {
    expect([undefined, null, 'text', {}].map((shape) => aiSdkPatch.patch(shape, null))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the channel of the AI SDK, version 7', () => {
  it('runs whatever it is told, and takes any message and result, getters that throw included', async () => {
    watchAiSdk();
    const channel = tracingChannel('ai:telemetry');
    const thrower = {
      get output(): unknown {
        throw new RangeError('no output');
      },
    };
    const messages = [
      {},
      { type: 'generateText' },
      { type: 'executeTool', event: { toolCall: 7 } },
      { type: 5, event: 5 },
    ];
    for (const message of [...messages, { type: 'generateText', event: { functionId: 'a', tools: [] } }])
      await expect(channel.tracePromise(async () => thrower, message)).resolves.toBe(thrower);
    const call = { toolName: 'look', toolCallId: 'c1' };
    const failing = { type: 'executeTool', event: { toolCall: call } };
    await expect(channel.tracePromise(() => Promise.reject(new TypeError('mine')), failing)).rejects.toThrow('mine');
    await expect(channel.tracePromise(async () => thrower, { ...failing })).resolves.toBe(thrower);
  });
});
