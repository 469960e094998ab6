'use strict';
const openai = require('../../../instrumentation/apps/openaiScenarios.cjs');

/** Headers at once, and a body that never comes; then, asked again, the stand-in's answer. */
function slowOnce() {
  let calls = 0;
  return (url, init) => {
    calls += 1;
    if (calls > 1) return fetch(url, init);
    return Promise.resolve(
      new Response(new ReadableStream(), { status: 200, headers: { 'content-type': 'application/json' } }),
    );
  };
}

module.exports = {
  packages: ['openai'],
  scenarios: ({ OpenAI, AzureOpenAI }) => ({
    countTokens: openai.countTokens(OpenAI),
    bodyTimeoutRetried: (model) =>
      new OpenAI({ fetch: slowOnce(), timeout: 1000 }).chat.completions.create(
        { model, messages: [{ role: 'user', content: 'one two three' }] },
        { headers: { 'x-stand-in': 'id=fixed' } },
      ),
    ...openai(OpenAI, AzureOpenAI),
  }),
};
