'use strict';
const { OpenAI, AzureOpenAI } = require('openai');
const Anthropic = require('@anthropic-ai/sdk');
const { PolicyDeniedError, setPolicyCallback, withAttribution } = require('@tollgate/node');
const run = require('./runScenarios.cjs');

const openai = new OpenAI({ maxRetries: 0 });
const anthropic = new Anthropic({ maxRetries: 0 });
const nowhere = new OpenAI({ maxRetries: 0, baseURL: 'http://127.0.0.1:2/v1' });
const azure = new AzureOpenAI({
  baseURL: `${process.env.PROVIDER_URL}/openai`,
  apiVersion: '2024-10-21',
  apiKey: 'test',
  deployment: 'my-deployment',
});
const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ headers: { 'x-stand-in': directives ?? '' } });

/** What a gate must not write to: writing throws. */
function freeze(value) {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
const chat = (model, more, options = stand()) =>
  openai.chat.completions.create(freeze({ model, messages, ...more }), options);
const claude = (model, more, options = stand()) =>
  anthropic.messages.create(freeze({ model, messages, max_tokens: 64, ...more }), options);

async function readAll(stream, most = Infinity) {
  const texts = [];
  for await (const chunk of stream) if (texts.push(chunk) === most) break;
  return texts.length;
}
const failing = (promise) =>
  promise.then(
    () => 'no error',
    (error) => [error.constructor.name, error instanceof PolicyDeniedError, error.decision?.effect],
  );
const stopped = async (opening) => {
  const stream = await opening;
  const seen = [];
  const error = await (async () => {
    for await (const chunk of stream) seen.push(chunk);
  })().catch((caught) => caught);
  return [seen.length, error?.constructor.name, error?.decision?.effect, stream.controller.signal.aborted];
};

const groups = {
  modify: {
    chatMaxTokens: (model) => chat(model, { max_tokens: 100 }),
    chatMaxCompletionTokens: (model) => chat(model, { max_completion_tokens: 100 }),
    chatNone: (model) => chat(model),
    chatLess: (model) => chat(model, { max_tokens: 10 }),
    chatModel: (model) => chat(model, { max_tokens: 100 }),
    chatReasoningModel: (model) => chat(model, { max_tokens: 100 }),
    chatStream: async (model) => readAll(await chat(model, { max_tokens: 100, stream: true })),
    responses: (model) => openai.responses.create(freeze({ model, input: 'one two', max_output_tokens: 100 }), stand()),
    completions: (model) => openai.completions.create(freeze({ model, prompt: 'one two', max_tokens: 100 }), stand()),
    embeddings: (model) => openai.embeddings.create(freeze({ model, input: 'one two' }), stand()),
    claude: (model) => claude(model),
    claudeThinking: (model) =>
      claude(model, { max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_000 } }),
    claudeNoThinking: (model) =>
      claude(model, { max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_000 } }),
    claudeHelper: (model) =>
      anthropic.messages.stream(freeze({ model, messages, max_tokens: 64 }), stand()).finalMessage(),
    azureDeployment: (model) => failing(azure.chat.completions.create(freeze({ model, messages }), stand())),
  },
  settle: {
    whole: (model) => chat(model, {}, stand('uncached=10;cache_read=90;output=40;reasoning=30;tier=flex')),
    stream: async (model) => readAll(await chat(model, { stream: true }, stand('uncached=10;output=7'))),
    claude: (model) =>
      claude(
        model,
        { max_tokens: 900 },
        stand('uncached=12;cache_read=8000;cache_write_5m=300;cache_write_1h=50;output=150;web_search=2'),
      ),
    claudeFast: (model) => claude(model, { inference_geo: 'us', speed: 'fast' }, stand('uncached=12;output=15')),
    claudeFastStream: async (model) =>
      readAll(
        await claude(model, { inference_geo: 'us', speed: 'fast', stream: true }, stand('uncached=12;output=15')),
      ),
    searching: (model) =>
      chat(model, { web_search_options: { search_context_size: 'high' } }, stand('uncached=10;output=40')),
    streamBreak: async (model) => readAll(await chat(model, { stream: true }), 3),
    claudeBreak: async (model) => readAll(await claude(model, { stream: true }, stand('uncached=5;cache_read=95')), 4),
    refused: (model) => chat(model, {}, stand('status=400')),
    overloaded: (model) => chat(model, {}, stand('status=500')),
    neverSent: (model) => nowhere.chat.completions.create({ model, messages }),
    abortedBefore: (model) => chat(model, {}, { ...stand(), signal: AbortSignal.abort() }),
    abortedWhile: async (model) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 300);
      return chat(model, {}, { ...stand('delay_ms=3000'), signal: controller.signal });
    },
    reset: (model) => chat(model, {}, stand('reset_after=0')),
    noUsage: (model) => chat(model, {}, stand('usage=none')),
    retried: (model) => chat(model, {}, { ...stand('status=500;times=1'), maxRetries: 1 }),
    timedOut: (model) => chat(model, {}, { ...stand('delay_ms=1500'), maxRetries: 1, timeout: 400 }),
    embeddings: (model) => openai.embeddings.create({ model, input: ['one', 'two three'] }, stand()),
  },
  effect: {
    warn: async (model) => (await chat(model)).model,
    deny: (model) => failing(chat(model)),
    modify: async (model) => (await chat(model, { max_tokens: 100 })).model,
    modifyModel: async (model) => (await chat(model, { max_tokens: 100 })).model,
    approval: (model) => failing(chat(model)),
    slow: (model) => failing(chat(model)),
    broken: (model) => failing(chat(model)),
    allow: async (model) => (await chat(model)).model,
    late: () => new Promise((resolve) => setTimeout(resolve, 2_500)),
  },
  asked: {
    subject: (model) =>
      withAttribution(
        { agent: 'a1', user: 'u1', session: 's1', run: 'r1', tags: { feature: 'faq' } },
        async () => (await chat(model)).model,
      ),
    parts: async (model) =>
      (
        await chat(model, {
          messages: [
            { role: 'system', content: 'grüße' },
            {
              role: 'user',
              content: [
                { type: 'text', text: 'abc' },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(9_000)}` } },
              ],
            },
          ],
          n: 2,
          max_tokens: 50,
          service_tier: 'flex',
          web_search_options: { search_context_size: 'low' },
        })
      ).model,
    cached: async (model) =>
      (
        await claude(model, {
          system: [{ type: 'text', text: 'abcd', cache_control: { type: 'ephemeral', ttl: '1h' } }],
          tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }],
          inference_geo: 'us',
          speed: 'fast',
        })
      ).model,
    document: (model) =>
      claude(model, {
        messages: [
          { role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } }] },
        ],
      }).then(({ model: answered }) => answered),
    remembered: (model) =>
      openai.responses
        .create({ model, input: 'one', previous_response_id: 'resp_1' }, stand())
        .then(({ model: answered }) => answered),
  },
  callback: {
    allow: async (model) => (await chat(model)).model,
    deny: (model) => failing(chat(model)),
    modify: async (model) => (await chat(model, { max_tokens: 100 })).model,
    modifyModel: async (model) => (await chat(model, { max_tokens: 100 })).model,
    approval: (model) => failing(chat(model)),
    throws: (model) => failing(chat(model)),
    hangs: (model) => failing(chat(model)),
    nonsense: (model) => failing(chat(model)),
    denied: (model) => failing(chat(model)),
  },
};

groups.stream = {
  stopped: (model) => stopped(chat(model, { stream: true, max_tokens: 20 })),
  unstopped: (model) => stopped(chat(model, { stream: true, max_tokens: 20 })),
  stoppedClaude: (model) => stopped(claude(model, { stream: true, max_tokens: 20 })),
};

const questions = [];
if (process.env.GROUP === 'callback') {
  const answers = {
    deny: () => ({ effect: 'deny', message: 'not now' }),
    modify: () => ({ effect: 'modify', modify: { max_output_tokens: 30 } }),
    modifyModel: () => ({ effect: 'modify', modify: { model: 'smaller' } }),
    approval: () => ({ effect: 'require_approval' }),
    throws: () => {
      throw new Error('mine');
    },
    hangs: () => new Promise(() => undefined),
    nonsense: () => 'yes',
  };
  setPolicyCallback(async (question) => {
    questions.push(question);
    return answers[question.call.model.slice(2)]?.() ?? { effect: 'allow' };
  });
  groups.callback.questions = async () => questions;
}

const wanted = groups[process.env.GROUP];
const only = process.env.ONLY?.split(',');
void run(Object.fromEntries(Object.entries(wanted).filter(([name]) => only === undefined || only.includes(name))));
