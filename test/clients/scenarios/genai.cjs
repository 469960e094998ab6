'use strict';
const { host, text, neglect, readAll: readRaw } = require('./reading.cjs');

const audio = { inlineData: { mimeType: 'audio/wav', data: 'c291bmQ=' } };
const image = { inlineData: { mimeType: 'image/png', data: 'aW1hZ2U=' } };
const look = { name: 'look', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } };

/** What an application reads of an answer: the headers have the time. */
const plain = ({ sdkHttpResponse: _headers, ...answer }) => answer;

async function readAll(stream) {
  const events = [];
  for await (const event of stream) events.push(plain(event));
  return events;
}

/** Every way an application calls `@google/genai`; each returns what the application saw. */
module.exports = {
  packages: ['@google/genai'],
  scenarios: ({ GoogleGenAI }) => {
    const gemini = (more) =>
      new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: host('generativelanguage.googleapis.com'), ...more } });
    const vertex = new GoogleGenAI({
      vertexai: true,
      apiKey: 'test',
      httpOptions: { baseUrl: host('aiplatform.googleapis.com') },
    });
    const { models, chats, interactions } = gemini();
    const generate = async (model, config, contents = text) =>
      plain(await models.generateContent({ model, contents, config }));
    const stream = (model, config) => models.generateContentStream({ model, contents: text, config });
    return {
      chat: (model) => generate(model),
      chatSystem: (model) => generate(model, { systemInstruction: 'be brief now', maxOutputTokens: 4 }),
      chatCached: (model) => generate(model, { cachedContent: 'cachedContents/one' }),
      chatThinking: (model) => generate(model, { thinkingConfig: { thinkingBudget: 64 } }),
      chatSearch: (model) => generate(model, { tools: [{ googleSearch: {} }] }),
      chatAudio: (model) => generate(model, {}, [{ role: 'user', parts: [{ text }, audio] }]),
      chatImage: (model) => generate(model, {}, [{ role: 'user', parts: [{ text }, image] }]),
      makeImage: (model) => generate(model, { responseModalities: ['TEXT', 'IMAGE'] }),
      chatParse: async (model) => {
        const { text: json } = await models.generateContent({
          model,
          contents: text,
          config: { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT' } },
        });
        return json;
      },
      stream: async (model) => readAll(await stream(model)),
      streamHelper: async (model) => readAll(await chats.create({ model }).sendMessageStream({ message: text })),
      streamBreak: async (model) => {
        for await (const event of await stream(model)) return event.text;
      },
      streamAbort: async (model) => {
        const abort = new AbortController();
        const seen = [];
        for await (const event of await stream(model, { abortSignal: abort.signal })) {
          seen.push(event.text);
          if (seen.length === 2) abort.abort();
        }
        return seen;
      },
      streamNeverRead: async (model) => typeof (await stream(model)).next,
      chatAbort: (model) => generate(model, { abortSignal: AbortSignal.timeout(500) }),
      tools: (model) => generate(model, { tools: [{ functionDeclarations: [look] }] }),
      toolRunner: (model) => {
        const tool = {
          tool: async () => ({ functionDeclarations: [look] }),
          callTool: async (calls) => calls.map(({ name }) => ({ functionResponse: { name, response: { found: 1 } } })),
        };
        return generate(model, { tools: [tool] });
      },
      vertex: async (model) => plain(await vertex.models.generateContent({ model, contents: text })),
      vertexStream: async (model) => readAll(await vertex.models.generateContentStream({ model, contents: text })),
      responses: (model) => interactions.create({ model, input: text }),
      responsesStream: async (model) => readRaw(await interactions.create({ model, input: text, stream: true })),
      embeddings: async (model) => plain(await models.embedContent({ model, contents: ['one two', 'three'] })),
      countTokens: async (model) => plain(await models.countTokens({ model, contents: text })),
      error400: (model) => generate(model),
      error400Stream: async (model) => readAll(await stream(model)),
      error500Retried: async (model) => {
        const retryOptions = { attempts: 2, initialDelay: 0.001, maxDelay: 0.001 };
        return plain(await gemini({ retryOptions }).models.generateContent({ model, contents: text }));
      },
      errorNetwork: (model) => generate(model),
      unhandledFailure: (model) => neglect(() => generate(model)),
    };
  },
};
