import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashRequest } from '../../instrumentation/calls/requestHash.ts';
import type { RequestHashes } from '../../instrumentation/calls/requestHash.ts';
import { measureRequest } from '../../instrumentation/calls/requestMeasure.ts';
import { configureShape, shapeOf } from '../../instrumentation/calls/requestShape.ts';

/** Every name that any wire format has. */
const form = {
  contents:
    'messages input prompt system instructions contents systemInstruction message chat_history preamble images context'.split(
      ' ',
    ),
  schemas: ['tools', 'toolConfig', 'generationConfig.responseSchema'],
  remembered: ['cachedContent'],
};
type Body = Record<string, unknown>;
const hashesOf = (body: Body, key = 'key'): RequestHashes | null =>
  hashRequest(body, form, measureRequest(body, form).schemas, key);
const wholeOf = (body: Body, with_?: string): string | undefined => hashesOf(body, with_)?.whole;
const message = (role: string, content: unknown): Body => ({ role, content });

describe('the bytes of a request, by whose they are', () => {
  it.each<[string, Body, Body]>([
    [
      "OpenAI's chat",
      {
        messages: [
          message('developer', 'ab'),
          message('user', [{ type: 'text', text: 'grüße' }]),
          { ...message('assistant', null), tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f' } }] },
          { ...message('tool', 'four'), tool_call_id: 'c1' },
        ],
        tools: [{ x: 1 }],
      },
      // An answer without text counts 5 for `null`; then "c1", the name "f" with 4 + 4 of its key.
      { system: 2, user: 7, assistant: 5 + 2 + 4 + 4 + 1, tool: 4 + 2, tools: '[{"x":1}]'.length },
    ],
    [
      "OpenAI's responses",
      {
        instructions: 'abc',
        input: [
          message('user', [{ type: 'input_text', text: 'ab' }]),
          { type: 'reasoning', encrypted_content: 'abcd' },
          { type: 'function_call', arguments: '{}', name: 'f' },
          { type: 'function_call_output', output: 'abcde' },
        ],
      },
      { system: 3, user: 2, assistant: 4 + 2 + 1, tool: 5 },
    ],
    [
      "Anthropic's messages",
      {
        system: [{ type: 'text', text: 'abc', cache_control: { type: 'ephemeral' } }],
        messages: [
          message('user', 'ab'),
          message('assistant', [{ type: 'tool_use', id: 't', name: 'f', input: { a: 'b' } }]),
          message('user', [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'abcd' }] },
            { type: 'text', text: 'abc' },
          ]),
        ],
      },
      // The input of a tool is written with its keys: "a" and 4, "b".
      { system: 3, user: 2 + 3, assistant: 1 + 1 + (1 + 4 + 1), tool: 1 + 4 },
    ],
    [
      "Gemini's contents",
      {
        systemInstruction: { parts: [{ text: 'abc' }] },
        contents: [
          { role: 'user', parts: [{ text: 'ab' }] },
          { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: 'abcd' } }] },
        ],
        generationConfig: { temperature: 1, responseSchema: { type: 'STRING' } },
      },
      {
        system: 3,
        user: 2,
        assistant: 'functionCall'.length + 4 + ('name'.length + 4 + 1) + ('args'.length + 4),
        tool: 'functionResponse'.length + 4 + ('name'.length + 4 + 1) + ('response'.length + 4 + 4),
        tools: '{"type":"STRING"}'.length,
      },
    ],
    [
      "Bedrock's content blocks",
      {
        system: [{ text: 'abc' }, { cachePoint: { type: 'default' } }],
        messages: [
          message('user', [{ text: 'ab' }]),
          message('user', [{ toolResult: { content: [{ json: { a: 'b' } }] } }]),
        ],
      },
      { system: 3, user: 2, tool: 'toolResult'.length + 4 + ('json'.length + 4) + (1 + 4 + 1) },
    ],
    [
      "Cohere's first version",
      { preamble: 'abc', chat_history: [{ role: 'CHATBOT', message: 'abcd' }], message: 'ab' },
      { system: 3, assistant: 4, user: 2 },
    ],
    ["a model's earlier tokens", { prompt: 'ab', context: [17, 4_000] }, { user: 2 + 2 + 4 }],
  ])('of %s are those of its texts', (_title, body, expected) => {
    const none = { system: 0, user: 0, assistant: 0, tool: 0, tools: 0 };
    const { bytes, inputBytes } = measureRequest(body, form);
    expect(bytes).toEqual({ ...none, ...expected });
    expect(inputBytes).toBe(Object.values(bytes).reduce((sum, count) => sum + count, 0));
  });
});

describe('what has no length as text', () => {
  const part = (content: unknown): Body => ({ messages: [message('user', [content])] });
  const bytes = new Uint8Array(3_000);
  it.each<[string, Body, { images?: number; isBounded?: boolean; inputBytes?: number; cacheWrite?: string }]>([
    ['an image of Gemini', part({ inlineData: { mimeType: 'image/png', data: 'A'.repeat(99) } }), { images: 1 }],
    ['audio of Gemini', part({ inlineData: { mimeType: 'audio/wav', data: 'A' } }), { isBounded: false }],
    ['a text of Gemini', part({ inline_data: { mime_type: 'text/plain', data: 'AAAA' } }), { isBounded: true }],
    ['a file of Gemini', part({ fileData: { fileUri: 'gs://a/b' } }), { isBounded: false }],
    ['a cache of Gemini', { cachedContent: 'cachedContents/1' }, { isBounded: false }],
    ['an image of Bedrock', part({ image: { format: 'png', source: { bytes } } }), { images: 1, inputBytes: 0 }],
    ['a film of Bedrock', part({ video: { source: { bytes } } }), { isBounded: false }],
    ['a document of Bedrock', part({ document: { name: 'd', source: { bytes } } }), { isBounded: false }],
    ['its text', part({ document: { name: 'd', source: { text: 'abc' } } }), { isBounded: true }],
    ['hidden thoughts', part({ reasoningContent: { redactedContent: bytes } }), { isBounded: true }],
    ['a cache mark of Bedrock', part({ cachePoint: { type: 'default', ttl: '1h' } }), { cacheWrite: '1h' }],
    ['one on its tools', { toolConfig: { tools: [{ cachePoint: {} }] } }, { cacheWrite: '5m' }],
    ['images of Ollama', { messages: [{ role: 'user', content: '', images: ['A', 'B'] }] }, { images: 2 }],
    ['images beside a prompt', { prompt: 'a', images: ['A', 'B'] }, { images: 2, inputBytes: 1 }],
    ['a document at an address', part({ type: 'document_url', document_url: 'https://a' }), { isBounded: false }],
    ['a document of Cohere', part({ type: 'document', document: { data: 'abc' } }), { isBounded: true }],
    ['bytes where a text belongs', part({ text: bytes }), { isBounded: false }],
    // Whatever it looks like, it is written out: 5 + 4 for the key "image", 6 + 4 for "source", 1.
    ["an argument's image", part({ toolUse: { input: { image: { source: 'a' } } } }), { images: 0, isBounded: true }],
  ])('%s', (_title, body, expected) => {
    const known = { images: 0, isBounded: true, cacheWrite: null };
    expect(measureRequest(body, form)).toMatchObject({ ...known, ...expected });
  });

  it('is never looked at byte by byte: 100 MB take no longer than 3 KB', () => {
    const large = { messages: [message('user', [{ image: { source: { bytes: new Uint8Array(100_000_000) } } }])] };
    const startedMs = performance.now();
    measureRequest(large, form);
    hashesOf(large);
    // Read as fields, the bytes would take 20 s.
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('counts the functions in the tools of Gemini, and no mark between those of Bedrock', () => {
    expect(measureRequest({ tools: [{ functionDeclarations: [{}, {}] }, { googleSearch: {} }] }, form).tools).toBe(3);
    expect(measureRequest({ toolConfig: { tools: [{ toolSpec: {} }, { cachePoint: {} }] } }, form).tools).toBe(1);
  });
});

describe('the hash of a request', () => {
  const turn = [message('user', 'a'), message('assistant', 'b'), message('user', 'c')];
  it('is that of what a model reads: its model and parameters change nothing, a word does', () => {
    const body = { model: 'm', messages: turn };
    expect(wholeOf({ ...body, model: 'n', temperature: 1 })).toBe(wholeOf(body));
    expect(wholeOf({ messages: [...turn.slice(0, 2), message('user', 'd')] })).not.toBe(wholeOf(body));
    expect(wholeOf({ ...body, tools: [{ name: 'f' }] })).not.toBe(wholeOf(body));
    expect(wholeOf({ ...body, system: 'a' })).not.toBe(wholeOf(body));
    expect(wholeOf(body)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is another with another key, so that nobody without it can try out short texts', () => {
    expect(wholeOf({ input: 'yes' }, 'other')).not.toBe(wholeOf({ input: 'yes' }));
    const keyed = (secret: string | null): unknown => {
      configureShape({ detail: 'hashes', secret });
      return shapeOf({ input: 'yes' }, form)['tollgate.request.hash'];
    };
    expect(keyed('a')).toBe(keyed('a'));
    expect(new Set([keyed('a'), keyed('b'), keyed(null), keyed(null)]).size).toBe(4);
  });

  it('of what stands before a turn is that of the turn before, for every further one', () => {
    const system = { system: 'S', tools: [{ name: 'f' }] };
    const calls = [
      message('assistant', [{ type: 'tool_use', id: 't', name: 'f', input: {} }]),
      message('user', [{ type: 'tool_result', tool_use_id: 't', content: 'r' }]),
    ];
    const first = hashesOf({ ...system, messages: turn });
    const second = hashesOf({ ...system, messages: [...turn, ...calls] });
    const third = hashesOf({
      ...system,
      messages: [...turn, ...calls, message('assistant', 'd'), message('user', 'e')],
    });
    expect([second?.prefix, third?.prefix]).toEqual([first?.whole, second?.whole]);
  });

  it('takes parallel calls and thoughts for one answer', () => {
    const input = [{ role: 'user', content: 'a' }];
    const answered = [
      { type: 'reasoning', id: 'r' },
      { type: 'function_call', call_id: '1' },
      { type: 'function_call', call_id: '2' },
      { type: 'function_call_output', call_id: '1', output: 'x' },
      { type: 'function_call_output', call_id: '2', output: 'y' },
    ];
    expect(hashesOf({ input: [...input, ...answered] })?.prefix).toBe(wholeOf({ input }));
  });

  it('of two questions after the same beginning has the same prefix, and of one alone has none', () => {
    const asking = (question: string): RequestHashes | null =>
      hashesOf({ messages: [message('system', 'S'), message('user', question)] });
    expect(asking('a')?.prefix).toBe(asking('b')?.prefix);
    expect(hashesOf({ messages: [message('user', 'a')] })?.prefix).toBeNull();
    expect(hashesOf({ input: 'a' })?.prefix).toBeNull();
    expect(hashesOf({ input: 'a', instructions: 'S' })?.prefix).toBe(
      hashesOf({ input: 'b', instructions: 'S' })?.prefix,
    );
  });

  it('does not depend on where the cache is marked, as marks move from turn to turn', () => {
    const plain = { messages: [message('user', [{ type: 'text', text: 'a' }])] };
    const control = { cache_control: { type: 'ephemeral' } };
    expect(wholeOf({ messages: [message('user', [{ type: 'text', text: 'a', ...control }])] })).toBe(wholeOf(plain));
    const marked = [{ text: 'a' }, { cachePoint: { type: 'default' } }];
    expect(wholeOf({ messages: [message('user', marked)] })).toBe(
      wholeOf({ messages: [message('user', [{ text: 'a' }])] }),
    );
  });

  it('differs for different data, however it is cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        const hash = (content: unknown): string | undefined => wholeOf({ messages: [message('user', content)] });
        expect(hash(one) === hash(other)).toBe(same);
      }),
    );
    expect(wholeOf({ input: ['ab', 'c'] })).not.toBe(wholeOf({ input: ['a', 'bc'] }));
  });

  it('is of 1 MiB at most, and of plain data: else there is none', () => {
    const sized = (length: number): Body => ({ input: 'a'.repeat(length) });
    // `input=` after its own length takes 9, the text's length another 9: "6:input="1048558:
    expect(hashesOf(sized(1_048_576 - 9 - 9))).not.toBeNull();
    expect(hashesOf(sized(1_048_576 - 9 - 9 + 1))).toBeNull();
    const image = (size: number): Body => ({ messages: [message('user', [{ image: new Uint8Array(size) }])] });
    expect(wholeOf(image(10))).not.toBe(wholeOf(image(11)));
    expect(hashesOf(image(1_048_577))).toBeNull();
    let nested: unknown = 'a';
    for (let depth = 0; depth < 100_000; depth += 1) nested = { nested };
    expect(hashesOf({ input: nested })).toBeNull();
    expect(hashesOf({ input: { toJSON: () => 'a' } })).toBeNull();
  });
});

describe('the attributes of a shape', () => {
  const body = { messages: [message('user', 'ab')], tools: [{ execute: 1n }] };
  it('are as many as were asked for, and none of what nobody can read', () => {
    configureShape({ detail: 'off', secret: 'a' });
    expect(shapeOf(body, form)).toEqual({});
    configureShape({ detail: 'sizes', secret: 'a' });
    expect(shapeOf(body, form)).toEqual({ 'tollgate.request.messages': 1, 'tollgate.request.bytes.user': 2 });
    configureShape({ detail: 'hashes', secret: 'a' });
    // A BigInt is no JSON.
    expect(Object.keys(shapeOf(body, form))).not.toContain('tollgate.request.hash');
    expect(shapeOf('{"messages":[]}', form)).toEqual({});
  });
});
