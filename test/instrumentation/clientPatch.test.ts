import { trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patchClient } from '../../instrumentation/clients/clientPatch.ts';
import { openai } from '../../instrumentation/clients/families.ts';
import { parseTarget } from '../../instrumentation/calls/target.ts';

/** As much of a Stainless client as the patch looks at. */
function makeClass(): { OpenAI: new (baseURL?: string) => FakeClient } {
  class Base implements FakeClient {
    readonly baseURL: string;
    constructor(baseURL = 'http://127.0.0.1/v1') {
      this.baseURL = baseURL;
    }
    post(path: string, options?: unknown): Promise<unknown> {
      return this.makeRequest(Promise.resolve(options).then((resolved) => [path, resolved]));
    }
    makeRequest(options: Promise<unknown>): Promise<unknown> {
      return options;
    }
  }
  return { OpenAI: class OpenAI extends Base {} };
}

interface FakeClient {
  readonly baseURL: string;
  readonly post: (path: string, options?: unknown) => Promise<unknown>;
  readonly makeRequest: (options: Promise<unknown>) => Promise<unknown>;
}

const body = { model: 'm', stream: true };
let stderr: string[];

beforeEach(() => {
  stderr = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0);
});

afterEach(() => {
  vi.restoreAllMocks();
  trace.disable();
});

describe('a fault of the instrumentation', () => {
  it.each([
    [
      'in the tracer',
      () => {
        throw new Error('tracer broken');
      },
    ],
    [
      'in the span',
      () => ({
        isRecording: () => true,
        spanContext: () => ({}),
        setAttributes: fail,
        setAttribute: fail,
        setStatus: fail,
        updateName: fail,
        end: fail,
      }),
    ],
  ])('%s leaves the call as it is, and is said in one line', async (_title, startSpan) => {
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: fail }) as never });
    const module = makeClass();
    patchClient(module, openai);
    const client = new module.OpenAI('https://api.example.com/v1');
    expect(await client.post('/chat/completions', { body })).toEqual(['/chat/completions', { body }]);
    expect(await client.post('/chat/completions', { body })).toEqual(['/chat/completions', { body }]);
    expect(stderr.length).toBeLessThanOrEqual(1);
    for (const line of stderr) expect(line).toMatch(/^tollgate: .*broken; the application is not affected\n$/);
  });
});

function fail(): never {
  throw new Error('span broken');
}

describe('patching', () => {
  it('looks for the class that owns post and makeRequest, once a class, whatever export it is reached by', () => {
    const module = makeClass();
    const base = Object.getPrototypeOf(module.OpenAI.prototype) as FakeClient;
    const { post } = base;
    patchClient(module, openai);
    const patched = base.post;
    expect(patched).not.toBe(post);
    patchClient({ default: module.OpenAI }, openai);
    expect(base.post).toBe(patched);
    expect(Object.hasOwn(module.OpenAI.prototype, 'post')).toBe(false);
  });

  it('leaves a class of another shape alone, and says so', () => {
    class OpenAI {
      send(): void {}
    }
    const before = Object.getOwnPropertyNames(OpenAI.prototype);
    patchClient({ OpenAI }, openai);
    expect(Object.getOwnPropertyNames(OpenAI.prototype)).toEqual(before);
    expect(stderr).toEqual([
      'tollgate: openai: its client has no method "post" to watch; its calls are not recorded\n',
    ]);
  });

  it('leaves paths that are no model call alone', () => {
    for (const path of ['/files', '/chat/completions/id', '/responses/id/cancel', '/batches'])
      expect(openai.operationOf(path)).toBeNull();
  });
});

describe('the provider of a base URL', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai', true, 443],
    ['https://eu.api.openai.com/v1', 'openai', true, 443],
    ['https://res.openai.azure.com/openai', 'azure.ai.openai', false, 443],
    ['https://openrouter.ai/api/v1', 'openrouter', false, 443],
    ['https://api.groq.com/openai/v1', 'groq', true, 443],
    ['https://api.deepseek.com', 'deepseek', true, 443],
    ['https://api.x.ai/v1', 'x_ai', false, 443],
    ['https://api.mistral.ai/v1', 'mistral_ai', false, 443],
    ['https://api.perplexity.ai', 'perplexity', false, 443],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gcp.gemini', false, 443],
    ['http://localhost:11434/v1', 'openai', true, 11434],
    ['http://[::1]:8000/v1', 'openai', true, 8000],
    ['http://vllm.internal/v1', 'openai', false, 80],
    ['https://notopenai.com/v1', 'openai', false, 443],
  ])('%s is %s', (baseURL, provider, takesUsageOption, port) => {
    const target = parseTarget(baseURL, 'openai', true);
    expect({
      provider: target.provider,
      takesUsageOption: target.takesUsageOption,
      port: target.attributes['server.port'],
    }).toEqual({
      provider,
      takesUsageOption,
      port,
    });
  });
});
