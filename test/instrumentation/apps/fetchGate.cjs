'use strict';

const { Readable } = require('node:stream');

const provider = process.env.PROVIDER_URL;
const server = process.env.STEPS_URL;
const messages = [{ role: 'user', content: 'one two three' }];
const headers = { 'content-type': 'application/json', authorization: 'Bearer test', 'x-api-key': 'test' };
const post = (url, body, init = {}) => fetch(url, { method: 'POST', headers, body: JSON.stringify(body), ...init });
const chat = (model, more, init) => post(`${provider}/v1/chat/completions`, { model, messages, ...more }, init);
const google = (model, init) =>
  post(
    `${server}/json/v1beta/models/${model}:generateContent`,
    { contents: [{ parts: [{ text: 'one two three' }] }] },
    init,
  );
/** A host that is known to have models; nothing is ever sent there. */
const GOOGLE = 'https://generativelanguage.googleapis.com/v1beta/models';
const told = ({ name, message, status, code }) => ({ name, message, status, code });
const answer = async (response) => ({
  status: [response.status, response.statusText, response.ok],
  url: new URL(response.url).pathname,
  type: response.type,
  retry: response.headers.get('x-should-retry'),
  body: await response.json(),
});
const control = async (path) => (await fetch(server + path)).text();

const scenarios = {
  denyChat: async (model) => answer(await chat(model)),
  denyStream: async (model) => answer(await chat(model, { stream: true })),
  denyAnthropic: async (model) => answer(await post(`${provider}/v1/messages`, { model, messages, max_tokens: 9 })),
  denyGoogle: async (model) => answer(await google(model)),
  denyOllama: async (model) => answer(await post(`${provider}/api/chat`, { model, messages })),
  denyRequest: async (model) =>
    answer(
      await fetch(
        new Request(`${provider}/v1/chat/completions`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ model, messages }),
        }),
      ),
    ),
  // Nobody knows what it asks for, but by what path.
  denyUnread: async (model) => {
    const body = Readable.toWeb(Readable.from([Buffer.from('{}')]));
    return answer(await fetch(`${GOOGLE}/${model}:generateContent`, { method: 'POST', body, duplex: 'half' }));
  },
  modify: async (model) => {
    const init = { method: 'POST', headers: { ...headers, 'content-length': '999' }, body: '' };
    init.body = JSON.stringify({ model, messages, max_tokens: 900 });
    init.headers['content-length'] = String(init.body.length);
    const before = JSON.stringify(init);
    const response = await fetch(`${provider}/v1/chat/completions`, init);
    return [response.status, JSON.stringify(init) === before];
  },
  modifyStream: async (model) => (await chat(model, { stream: true })).text().then((text) => text.includes('usage')),
  modifyBytes: async (model) => {
    const body = new TextEncoder().encode(JSON.stringify({ model, messages }));
    return (await chat(model, {}, { body })).status;
  },
  modifyRequest: async (model) => {
    const body = JSON.stringify({ model, messages });
    return (await fetch(new Request(`${provider}/v1/chat/completions`, { method: 'POST', headers, body }))).status;
  },
  modifyGoogle: async (model) => (await google(model)).status,
  modifyGoogleRequest: async (model) => {
    const body = JSON.stringify({ contents: [{ parts: [{ text: 'one' }] }] });
    return (
      await fetch(
        new Request(`${server}/json/v1beta/models/${model}:generateContent`, { method: 'POST', headers, body }),
      )
    ).status;
  },
  modifyUnread: async (model) => {
    const body = Readable.toWeb(Readable.from([Buffer.from('{}')]));
    return answer(await fetch(`${GOOGLE}/${model}:generateContent`, { method: 'POST', body, duplex: 'half' }));
  },
  modifySigned: async (model) =>
    answer(await chat(model, {}, { headers: { ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=x' } })),
  modifyAzure: async (model) =>
    answer(await post(`${provider}/openai/deployments/${model}/chat/completions`, { messages })),
  stop: async (model) => {
    const response = await post(`${server}/steps/v1/chat/completions`, {
      model,
      messages,
      stream: true,
      max_tokens: 1,
    });
    const reader = response.body.getReader();
    const read = [];
    for (;;) {
      try {
        const { done, value } = await reader.read();
        if (done) return 'to the end';
        read.push(value.length > 0);
      } catch (error) {
        return [read, told(error), await control('/closed')];
      }
      await control('/step');
    }
  },
  settled: async (model) => (await (await chat(model)).json()).usage.total_tokens,
  settledStream: async (model) => (await (await chat(model, { stream: true })).text()).includes('usage'),
  refused: async (model) => (await chat(model, {}, { headers: { ...headers, 'x-stand-in': 'status=500' } })).status,
  unsent: async (model) =>
    post('http://127.0.0.1:2/v1/chat/completions', { model, messages }).catch((error) => error.cause.code),
  abortedBefore: async (model) => chat(model, {}, { signal: AbortSignal.abort() }).catch(told),
  abortedWaiting: async (model) => {
    const controller = new AbortController();
    const waiting = chat(model, {}, { signal: controller.signal }).catch(told);
    setTimeout(() => controller.abort(), 100);
    return waiting;
  },
  changedWhileWaiting: async (model) => {
    const init = { method: 'POST', headers, body: JSON.stringify({ model, messages }) };
    const sent = fetch(`${provider}/v1/chat/completions`, init);
    init.body = 'something else';
    return (await sent).status;
  },
};

void require('./runScenarios.cjs')(scenarios);
