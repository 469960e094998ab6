'use strict';
const {
  host,
  messages,
  look,
  text,
  neglect,
  readAll,
  readFirst,
  readUntilAbort,
} = require('../../scenarios/reading.cjs');

const tasks = { 'm-embeddings': 'feature-extraction', 'm-completions': 'text-generation' };

/** Its addresses are fixed: the same host answers without TLS here. What the hub is asked of a model is no call of one. */
function local(url, init) {
  const { hostname, pathname } = new URL(url);
  if (hostname === 'router.huggingface.co') return fetch(`${host(hostname)}${pathname}`, init);
  const model = pathname.split('/').at(-1);
  const mapping = { providerId: model, status: 'live', task: tasks[model] ?? 'conversational' };
  return Promise.resolve(Response.json({ inferenceProviderMapping: { together: mapping, 'hf-inference': mapping } }));
}

/** Every way an application calls `@huggingface/inference`. */
module.exports = {
  packages: ['@huggingface/inference'],
  scenarios: ({ InferenceClient }) => {
    const hugging = new InferenceClient('hf_test', { fetch: local });
    const ask = (model, more) => ({ model, messages, provider: 'together', ...more });
    return {
      chat: (model) => hugging.chatCompletion(ask(model)),
      chatRouted: (model) => hugging.chatCompletion(ask(model, { provider: 'auto' })),
      chatLimited: (model) => hugging.chatCompletion(ask(model, { max_tokens: 4 })),
      stream: (model) => readAll(hugging.chatCompletionStream(ask(model))),
      streamBreak: (model) => readFirst(hugging.chatCompletionStream(ask(model))),
      streamAbort: (model) => {
        const abort = new AbortController();
        return readUntilAbort(hugging.chatCompletionStream(ask(model), { signal: abort.signal }), () => abort.abort());
      },
      chatAbort: (model) => hugging.chatCompletion(ask(model), { signal: AbortSignal.timeout(500) }),
      tools: (model) => hugging.chatCompletion(ask(model, { tools: [look] })),
      completions: (model) => hugging.textGeneration({ model, provider: 'hf-inference', inputs: text }),
      embeddings: (model) => hugging.featureExtraction({ model, provider: 'hf-inference', inputs: text }),
      error400: (model) => hugging.chatCompletion(ask(model)),
      error400Stream: (model) => readAll(hugging.chatCompletionStream(ask(model))),
      errorNetwork: (model) => hugging.chatCompletion(ask(model)),
      unhandledFailure: (model) => neglect(() => hugging.chatCompletion(ask(model))),
    };
  },
};
