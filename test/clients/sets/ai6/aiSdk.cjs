'use strict';
// The AI SDK's own words, for versions 6 and 7: the scenarios of set `ai7` are these.

const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ 'x-stand-in': `id=fixed;${directives ?? ''}` });

async function readAll(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** What differs from run to run is how long it took, and the ids the SDK makes up itself. */
const kinds = (parts) => parts.map(({ type, text, delta, finishReason }) => [type, text ?? delta, finishReason]);

const finished = async (result) => ({
  text: await result.text,
  usage: await result.usage,
  totalUsage: await result.totalUsage,
  finishReason: await result.finishReason,
  steps: (await result.steps).length,
});

exports.packages = ['ai', '@ai-sdk/openai', '@ai-sdk/anthropic'];

exports.scenarios = (ai, { createOpenAI }, { createAnthropic }) => {
  const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
  const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
  const until = (count) => (ai.stepCountIs ?? ai.isStepCount)(count);
  // A stream that fails says so to `onError`; its parts end, its promises know of no output.
  let failures = [];
  const quiet = { onError: ({ error }) => failures.push(error) };
  const told = (run) => async (name) => {
    failures = [];
    const seen = await run(name).catch((error) => Promise.reject(failures[0] ?? error));
    if (failures.length > 0) throw failures[0];
    return seen;
  };
  const chat = (name, more, directives) =>
    ai.generateText({ model: openai.chat(name), messages, headers: stand(directives), ...more });
  const stream = (name, more, directives) =>
    ai.streamText({ model: openai.chat(name), messages, headers: stand(directives), ...quiet, ...more });
  const schema = ai.jsonSchema({ type: 'object', properties: { city: { type: 'string' } } });
  // The SDK reads ahead of its reader, a dozen pieces and more: all of this.
  const short = 'text=one two three four';
  const executed = [];
  const tools = {
    look: ai.tool({
      description: 'looks',
      inputSchema: schema,
      execute: async (input, { toolCallId, messages: seen }) => {
        executed.push([toolCallId.length, seen.length]);
        return { found: Object.keys(input) };
      },
    }),
  };
  const parts = {
    look: ai.tool({
      inputSchema: schema,
      async *execute() {
        yield 'looking';
        yield 'found';
      },
    }),
  };
  const failing = {
    look: ai.tool({
      inputSchema: schema,
      execute: async () => {
        throw new TypeError('nothing there');
      },
    }),
  };
  const agentOf = (name, more, directives) =>
    new ai.ToolLoopAgent({
      id: 'scout',
      model: openai.chat(name),
      tools,
      headers: stand(directives),
      stopWhen: until(3),
      ...more,
    });
  const whole = async (promise) => {
    const { text, usage, totalUsage, finishReason, steps } = await promise;
    return { text, usage, totalUsage, finishReason, steps: steps.length };
  };
  return {
    chat: (name) => whole(chat(name)),
    chatCachedReasoning: (name) => whole(chat(name, {}, 'uncached=10;cache_read=90;output=40;reasoning=30;tier=flex')),
    chatNamed: (name) => whole(chat(name, telemetry('namer'))),
    chatParse: (name) => whole(chat(name, { output: ai.Output.object({ schema }) }, 'text={"city":"Rome"}')),
    object: async (name) =>
      (await ai.generateObject({ model: openai.chat(name), messages, schema, headers: stand('text={"city":"Rome"}') }))
        .object,
    objectStream: async (name) => {
      const result = ai.streamObject({
        model: openai.chat(name),
        messages,
        schema,
        headers: stand('text={"city":"Rome"}'),
      });
      return [(await readAll(result.partialObjectStream)).length, await result.object];
    },
    chatAbort: (name) => {
      const controller = new AbortController();
      const left = createOpenAI({
        baseURL: process.env.OPENAI_BASE_URL,
        fetch: (url, init) => {
          setTimeout(() => controller.abort(), 400);
          return fetch(url, init);
        },
      });
      return ai.generateText({
        model: left.chat(name),
        messages,
        headers: stand('delay_ms=2000'),
        abortSignal: controller.signal,
      });
    },
    messages: (name) => whole(ai.generateText({ model: anthropic(name), messages, headers: stand() })),
    messagesStream: told(async (name) => {
      const result = ai.streamText({ model: anthropic(name), messages, headers: stand(), ...quiet });
      return [await readAll(result.textStream), await finished(result)];
    }),
    responses: (name) => whole(ai.generateText({ model: openai.responses(name), messages, headers: stand() })),
    responsesStream: told(async (name) => {
      const result = ai.streamText({ model: openai.responses(name), messages, headers: stand(), ...quiet });
      return [await readAll(result.textStream), await finished(result)];
    }),
    embeddings: async (name) => {
      const { embedding, usage } = await ai.embed({ model: openai.embedding(name), value: 'one two three' });
      return [embedding.length, usage];
    },
    batch: async (name) => {
      const { embeddings, usage } = await ai.embedMany({
        model: openai.embedding(name),
        values: ['one two three', 'four'],
      });
      return [embeddings.length, usage];
    },
    stream: told(async (name) => {
      const result = stream(name);
      return [kinds(await readAll(result.fullStream)), await finished(result)];
    }),
    streamText: told(async (name) => {
      const result = stream(name);
      return [await readAll(result.textStream), await finished(result)];
    }),
    streamHelper: told(async (name) => {
      const response = stream(name).toUIMessageStreamResponse({ generateMessageId: () => 'fixed' });
      return [response.status, Object.fromEntries(response.headers), await response.text()];
    }),
    streamReadable: told(async (name) => stream(name).toTextStreamResponse().text()),
    streamTee: told(async (name) => {
      const result = stream(name);
      return Promise.all([readAll(result.textStream), readAll(result.textStream)]);
    }),
    streamConsumed: told(async (name) => {
      const result = stream(name);
      await result.consumeStream();
      return finished(result);
    }),
    streamBreak: told(async (name) => {
      const seen = [];
      for await (const text of stream(name, {}, short).textStream) if (seen.push(text) === 2) break;
      return seen;
    }),
    streamAbort: told(async (name) => {
      const controller = new AbortController();
      const result = stream(name, { abortSignal: controller.signal }, 'chunk_delay_ms=150');
      const seen = [];
      for await (const { type } of result.fullStream) {
        if (type === 'text-delta' && seen.push(type) === 2) controller.abort();
      }
      return [seen, await Promise.resolve(result.text).catch((error) => error.name)];
    }),
    streamNeverRead: told(async (name) => {
      const result = stream(name, {}, short);
      // Long enough for a refusal to be read ahead.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return Object.keys(result).toSorted();
    }),
    streamCallbacks: told(async (name) => {
      const seen = [];
      const result = stream(name, {
        onChunk: ({ chunk }) => seen.push(chunk.type),
        onFinish: ({ totalUsage, finishReason }) => seen.push([totalUsage, finishReason]),
      });
      await result.consumeStream();
      return seen;
    }),
    tools: async (name) => {
      const { toolCalls, toolResults, finishReason } = await chat(name, { tools }, 'tool=look');
      return [toolCalls.map(({ toolName }) => toolName), toolResults.map(({ output }) => output), finishReason];
    },
    toolRunner: async (name) => {
      const result = await whole(chat(name, { tools, stopWhen: until(3) }, 'tool=look'));
      return [result, executed.splice(0)];
    },
    toolRunnerStream: told(async (name) => {
      const result = stream(name, { tools, stopWhen: until(3) }, 'tool=look');
      return [kinds(await readAll(result.fullStream)), await finished(result), executed.splice(0)];
    }),
    toolParts: told(async (name) => {
      const result = stream(name, { tools: parts, stopWhen: until(3) }, 'tool=look');
      const seen = await readAll(result.fullStream);
      return seen.filter(({ type }) => type === 'tool-result').map(({ output, preliminary }) => [output, preliminary]);
    }),
    toolFails: async (name) => {
      const { steps, text } = await chat(name, { tools: failing, stopWhen: until(3) }, 'tool=look');
      const errors = steps.flatMap(({ content }) => content.filter(({ type }) => type === 'tool-error'));
      return [text, errors.map(({ error }) => [error.name, error.message])];
    },
    agent: async (name) => [await whole(agentOf(name, {}, 'tool=look').generate({ messages })), executed.splice(0)],
    agentStream: told(async (name) => {
      const result = await agentOf(name, quiet, 'tool=look').stream({ messages });
      return [kinds(await readAll(result.fullStream)), await finished(result), executed.splice(0)];
    }),
    agentWithin: async (name) => {
      const inner = agentOf(name, { id: 'helper', tools: {} });
      const ask = ai.tool({
        inputSchema: schema,
        execute: async () => (await inner.generate({ messages })).text,
      });
      return whole(
        agentOf(name, { tools: { look: ask }, ...telemetry('ignored') }, 'tool=look').generate({ messages }),
      );
    },
    error400: (name) => chat(name, { maxRetries: 0 }, 'status=400'),
    error400Stream: async (name) => {
      const errors = [];
      const result = stream(name, { maxRetries: 0, onError: ({ error }) => errors.push(error.message) }, 'status=400');
      const seen = kinds(await readAll(result.fullStream));
      return [seen, errors, await Promise.resolve(result.text).catch((error) => error.name)];
    },
    error500Retried: (name) => {
      // The SDK sends nothing that tells a second attempt from a first.
      const attempts = ['status=500', 'status=500', ''];
      const retried = createOpenAI({
        baseURL: process.env.OPENAI_BASE_URL,
        fetch: (url, init) =>
          fetch(url, { ...init, headers: { ...init.headers, 'x-stand-in': `id=fixed;${attempts.shift()}` } }),
      });
      return whole(ai.generateText({ model: retried.chat(name), messages }));
    },
    errorNetwork: (name) =>
      ai.generateText({
        model: createOpenAI({ baseURL: 'http://127.0.0.1:2/v1' }).chat(name),
        messages,
        maxRetries: 0,
      }),
    unhandledFailure: async (name) => {
      void chat(name, { maxRetries: 0 }, 'status=400');
      await new Promise((resolve) => process.once('unhandledRejection', resolve));
    },
  };

  /** Version 6 has `metadata`, and need not be enabled; version 7 has what it lets telemetry see of the run's context. */
  function telemetry(functionId) {
    const whose = { userId: 'u1', sessionId: 's1' };
    const includeRuntimeContext = { userId: true, sessionId: true };
    return {
      runtimeContext: whose,
      experimental_telemetry: { functionId, metadata: whose, includeRuntimeContext },
    };
  }
};
