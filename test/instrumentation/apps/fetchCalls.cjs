'use strict';

const base = process.env.PROVIDER_URL;
const messages = [{ role: 'user', content: 'one two three' }];
const post = (path, body, { headers, ...init } = {}) =>
  fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test', 'x-api-key': 'test', ...headers },
    body: JSON.stringify(body),
    ...init,
  });
const chat = (model, more, init) => post('/v1/chat/completions', { model, messages, ...more }, init);
const steps = (model, init) => ask(`${process.env.STEPS_URL}/steps/v1/chat/completions`, model, init);
/** An answer that is as the request says. */
const given = async (model, type, text) => {
  const headers = {
    'x-given': Buffer.from(text).toString('base64'),
    ...(type === undefined ? {} : { 'x-given-type': type }),
  };
  return (await ask(`${process.env.STEPS_URL}/given/v1/chat/completions`, model, { headers })).text();
};
const ask = (url, model, init) =>
  fetch(url, { method: 'POST', body: JSON.stringify({ model, messages, stream: true, stream_options: {} }), ...init });
const event = (content) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ delta: { content } }] })}\n\n`;
const usage = { prompt_tokens: 7, completion_tokens: 1 };
const END = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }], usage })}\n\n`;
const WHOLE = JSON.stringify({ id: 'c', model: 'm', choices: [{ finish_reason: 'stop' }], usage });
const told = (error) => ({ name: error.name, message: error.message, cause: error.cause?.code });
/** Only what the answer consists of, its ids and times taken off. */
const settled = (text) => text.replace(/"(id|created)":("[^"]*"|\d+)/g, '"$1":0');

module.exports = {
  chat: async (model) => Object.keys(await (await chat(model)).json()),
  stream: async (model) => settled(await (await chat(model, { stream: true })).text()),
  streamWithUsage: async (model) =>
    settled(await (await chat(model, { stream: true, stream_options: { include_usage: true } })).text()),
  streamBreak: async (model) => {
    for await (const bytes of (await steps(model)).body) return bytes.length;
    return 'nothing';
  },
  streamAbort: async (model) => {
    const controller = new AbortController();
    const reader = (await steps(model, { signal: controller.signal })).body.getReader();
    await reader.read();
    controller.abort();
    return reader.read().catch(told);
  },
  streamCut: async (model) => {
    const reader = (await steps(model)).body.getReader();
    await reader.read();
    await fetch(`${process.env.STEPS_URL}/cut`);
    return reader.read().catch(told);
  },
  streamLeft: async (model) => (await ask(`${process.env.STEPS_URL}/stream/v1/chat/completions`, model)).status,
  streamFailed: async (model) =>
    given(model, 'text/event-stream', `${event('one')}data: {"error":{"type":"overloaded_error","message":"no"}}\n\n`),
  streamOfLines: async (model) =>
    given(model, 'application/x-ndjson', `${event('one')}${END}`.replaceAll(/data: |\n\n/g, '\n')),
  streamUnnamed: async (model) => given(model, undefined, `${event('one')}${END}`),
  streamWithoutEnd: async (model) => given(model, 'text/event-stream', `${event('one')}${END}`.trimEnd()),
  streamAsText: async (model) => given(model, 'text/plain', `${event('one')}${END}`),
  notStreamed: async (model) => given(model, 'application/json; charset=utf-8', WHOLE),
  notAnAnswer: async (model) => given(model, 'text/html', '<p>no model here</p>'),
  responses: async (model) => Object.keys(await (await post('/v1/responses', { model, input: 'one two' })).json()),
  responsesStream: async (model) => {
    const text = await (await post('/v1/responses', { model, input: 'one two', stream: true })).text();
    return text.split('\n\n').length;
  },
  embeddings: async (model) => (await (await post('/v1/embeddings', { model, input: 'one two' })).json()).data.length,
  anthropic: async (model) =>
    Object.keys(await (await post('/v1/messages', { model, messages, max_tokens: 50 })).json()),
  anthropicStream: async (model) => {
    const text = await (await post('/v1/messages', { model, messages, max_tokens: 50, stream: true })).text();
    return text.split('\n\n').length;
  },
  asRequest: async (model) => {
    const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
    const body = JSON.stringify({ model, messages, stream: true });
    return settled(
      await (await fetch(new Request(`${base}/v1/chat/completions`, { method: 'POST', headers, body }))).text(),
    );
  },
  asBytes: async (model) =>
    (await chat(model, {}, { body: new TextEncoder().encode(JSON.stringify({ model, messages })) })).status,
  counted: async (model) => {
    const body = JSON.stringify({ model, messages, stream: true, seed: 1 }).replace(
      '"seed":1',
      '"seed":9007199254740993',
    );
    const response = await chat(model, {}, { body, headers: { 'content-length': String(body.length) } });
    return settled(await response.text());
  },
  retried: async (model) => (await chat(model, {}, { headers: { 'x-stainless-retry-count': '2' } })).status,
  error400: async (model) => (await chat(model, {}, { headers: { 'x-stand-in': 'status=400' } })).json(),
  error500: async (model) => (await chat(model, {}, { headers: { 'x-stand-in': 'status=500' } })).status,
  errorNetwork: async (model) =>
    fetch('http://127.0.0.1:2/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model, messages }),
    }).catch(told),
  neverRead: async (model) => (await chat(model)).status,
  fileOfCalls: async (model) => (await post('/v1/batches', { model, messages })).status,
  unlike: async (model) => (await post('/v1/chat/completions', { model })).status,
  byGet: async (model) => (await fetch(`${base}/v1/chat/completions?model=${model}`)).status,
  bySdk: async (model) => {
    const { OpenAI } = require('openai');
    return (await new OpenAI().chat.completions.create({ model, messages })).choices.length;
  },
  // The last to stream: the host is not asked again.
  streamOptionRefused: async (model) => {
    const init = { headers: { 'x-stand-in': 'reject=stream_options' } };
    const response = await chat(model, { stream: true }, init);
    return [response.status, settled(await response.text())];
  },
};

if (require.main === module) void require('./runScenarios.cjs')(module.exports);
