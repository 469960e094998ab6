'use strict';
const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ headers: { 'x-stand-in': `id=fixed;${directives ?? ''}` } });
const max_tokens = 64;

async function readAll(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Every way an application calls `@anthropic-ai/sdk`; each returns what the application saw. */
module.exports = (Anthropic) => {
  const client = new Anthropic();
  const create = (model, more, directives) =>
    client.messages.create({ model, max_tokens, messages, ...more }, stand(directives));
  return {
    messages: (model) => create(model),
    messagesCached: (model) =>
      create(
        model,
        {},
        'uncached=12;cache_read=8000;cache_write_5m=300;cache_write_1h=50;output=150;web_search=2;reasoning=40',
      ),
    messagesWithResponse: async (model) => {
      const { data, response } = await create(model).withResponse();
      return [data, response.status];
    },
    messagesAsResponse: async (model) => (await create(model).asResponse()).json(),
    messagesParse: (model) => client.messages.parse({ model, max_tokens, messages }, stand()),
    messagesStream: async (model) =>
      readAll(await create(model, { stream: true }, 'uncached=5;cache_read=95;output=16')),
    messagesHelper: async (model) => {
      const texts = [];
      const stream = client.messages.stream({ model, max_tokens, messages }, stand());
      stream.on('text', (text) => texts.push(text));
      return [await stream.finalMessage(), texts];
    },
    messagesHelperBreak: async (model) => {
      const seen = [];
      for await (const event of client.messages.stream({ model, max_tokens, messages }, stand('chunk_delay_ms=250'))) {
        seen.push(event.type);
        if (event.type === 'content_block_delta') break;
      }
      return seen;
    },
    messagesTee: async (model) => Promise.all((await create(model, { stream: true })).tee().map(readAll)),
    messagesBreak: async (model) => {
      const seen = [];
      for await (const event of await create(model, { stream: true }, 'uncached=5;cache_read=95')) {
        seen.push(event.type);
        if (event.type === 'content_block_delta') break;
      }
      return seen;
    },
    messagesAbort: async (model) => {
      const stream = await create(model, { stream: true }, 'chunk_delay_ms=250');
      const seen = [];
      for await (const event of stream) if (seen.push(event.type) === 4) stream.controller.abort();
      return seen.slice(0, 4);
    },
    messagesError: (model) => client.messages.create({ model, max_tokens, messages, nonsense: 1 }, stand()),
    messagesErrorStream: (model) =>
      client.messages.create({ model, max_tokens, messages, nonsense: 1, stream: true }, stand()),
    messagesOverloaded: (model) =>
      client.messages.create({ model, max_tokens, messages }, { ...stand('status=529'), maxRetries: 1 }),
    messagesHelperError: (model) =>
      client.messages.stream({ model, max_tokens, messages, nonsense: 1 }, stand()).finalMessage(),
    beta: (model) => client.beta.messages.create({ model, max_tokens, messages }, stand()),
    betaStream: async (model) =>
      readAll(await client.beta.messages.create({ model, max_tokens, messages, stream: true }, stand())),
    betaHelper: (model) => client.beta.messages.stream({ model, max_tokens, messages }, stand()).finalMessage(),
    countTokens: (model) => client.messages.countTokens({ model, messages }, stand()),
  };
};
