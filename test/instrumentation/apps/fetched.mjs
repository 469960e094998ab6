// One call of each provider, by `fetch` alone, as clients without a patch of their own make them.
const host = (name) => `http://${name}:${process.env[`PORT_${name.split('.').at(-2).toUpperCase()}`]}`;
const content = 'one two three';
const messages = [{ role: 'user', content }];
const google = host('generativelanguage.googleapis.com');
const vertex = `${host('us-east5-aiplatform.googleapis.com')}/v1/projects/p/locations/us-east5/publishers`;
const generate = (model) => `${google}/v1beta/models/${model}:generateContent`;
const contents = [{ role: 'user', parts: [{ text: content }] }];
const sound = { inlineData: { mimeType: 'audio/wav', data: 'c291bmQ=' } };

const calls = [
  [
    generate('gemini-2.5-flash'),
    { contents, cachedContent: 'cachedContents/c', generationConfig: { thinkingConfig: { thinkingBudget: 64 } } },
  ],
  [generate('gemini-2.5-flash-lite'), { contents: [{ role: 'user', parts: [{ text: content }, sound] }] }],
  [generate('gemini-2.5-flash-image'), { contents, generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } }],
  [`${google}/v1beta/interactions`, { model: 'gemini-2.5-pro', input: content }],
  [`${vertex}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`, { anthropic_version: 'v', messages }],
  [`${host('api.mistral.ai')}/v1/chat/completions`, { model: 'mistral-large-2512', messages }],
  [`${host('api.cohere.com')}/v2/chat`, { model: 'command-a-03-2025', messages }],
  [`${host('api.cohere.com')}/v2/embed`, { model: 'embed-v4.0', texts: [content], embedding_types: ['float'] }],
  [`${host('openrouter.ai')}/api/v1/chat/completions`, { model: 'openai/gpt-4o-mini', messages }],
  [`${host('router.huggingface.co')}/together/v1/chat/completions`, { model: 'Qwen/Qwen2.5-7B-Instruct', messages }],
  [`${host('ollama.com')}/api/chat`, { model: 'llama3.2', messages, stream: false }],
];

for (const [url, body] of calls) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) console.error(url, response.status, await response.text());
  await response.text();
}
