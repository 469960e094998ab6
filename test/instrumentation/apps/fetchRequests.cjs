'use strict';

const { Readable } = require('node:stream');
const { base, request, post, failure } = require('./fetchPost.cjs');

/** Every way to say what is to be sent, the wrong ones too. */
module.exports = {
  noArguments: async () => failure((async () => fetch())()),
  bodyOfGet: async () => failure(post('json', { method: 'GET' })),
  badAddress: async () => failure(fetch('no address', { method: 'POST', body: '{}' })),
  badHeader: async () => failure(post('json', { headers: { 'a b': 'c' } })),
  asUrl: async () =>
    (
      await fetch(new URL(`${base}/json/v1/chat/completions`), { method: 'post', body: JSON.stringify(request) })
    ).json(),
  asBytes: async () => (await post('json', { body: new TextEncoder().encode(JSON.stringify(request)) })).json(),
  asBuffer: async () => (await post('json', { body: Buffer.from(JSON.stringify(request)), headers: {} })).json(),
  asBlob: async () => (await post('json', { body: new Blob([JSON.stringify(request)]) })).json(),
  asForm: async () => (await post('json', { body: new URLSearchParams({ a: 'b' }), headers: {} })).json(),
  asStream: async () => {
    async function* parts() {
      yield Buffer.from('{"model":"m-1",');
      yield Buffer.from('"messages":[]}');
    }
    return (await post('json', { body: Readable.toWeb(Readable.from(parts())), duplex: 'half' })).json();
  },
  asRequest: async () => {
    const asked = new Request(`${base}/json/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(request),
      headers: { a: 'b' },
    });
    const response = fetch(asked);
    return [asked.bodyUsed, await (await response).json(), asked.bodyUsed, await failure(fetch(asked))];
  },
  asRequestOfStream: async () => {
    const body = Readable.toWeb(Readable.from([Buffer.from('{"model":"m-1",'), Buffer.from('"messages":[]}')]));
    return (
      await fetch(new Request(`${base}/json/v1/chat/completions`, { method: 'POST', body, duplex: 'half' }))
    ).json();
  },
  asRequestWithMore: async () => {
    const asked = new Request(`${base}/json/v1/chat/completions`, { method: 'POST', body: 'x', headers: { a: 'b' } });
    return (await fetch(asked, { method: 'POST', body: JSON.stringify(request), headers: { c: 'd' } })).json();
  },
  asRequestAborted: async () => {
    const controller = new AbortController();
    const asked = new Request(`${base}/steps/v1/chat/completions`, {
      method: 'POST',
      body: '{}',
      signal: controller.signal,
    });
    const reader = (await fetch(asked)).body.getReader();
    await reader.read();
    controller.abort();
    return failure(reader.read());
  },
  asInstance: async () => {
    class Init {
      get method() {
        return 'POST';
      }
      get body() {
        return JSON.stringify(request);
      }
    }
    return (await fetch(`${base}/json/v1/chat/completions`, new Init())).json();
  },
  asObject: async () =>
    (await fetch({ toString: () => `${base}/json/v1/chat/completions` }, { method: 'POST', body: '{}' })).json(),
  other: async () => (await post('json', { method: 'PUT' })).json(),
};
