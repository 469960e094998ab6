'use strict';

const { Readable } = require('node:stream');
const util = require('node:util');

const { post, control, told, failure } = require('./fetchPost.cjs');
const requests = require('./fetchRequests.cjs');

const texts = (chunks) =>
  chunks.map((chunk) => [chunk.constructor.name, chunk.byteOffset, Buffer.from(chunk).toString()]);

/** Every piece as it comes: the server sends the next one when one is read. */
async function readSteps(next) {
  const chunks = [];
  for (;;) {
    const { done, value } = await next();
    if (done) return texts(chunks);
    chunks.push(value);
    await control('/step');
  }
}

const looks = (response) => ({
  keys: Object.keys(response),
  class: response.constructor.name,
  is: response instanceof Response,
  status: [response.status, response.statusText, response.ok],
  url: response.url,
  redirected: response.redirected,
  type: response.type,
  used: response.bodyUsed,
  body: [response.body === response.body, util.inspect(response.body)],
  headers: [...response.headers].filter(([name]) => name !== 'date'),
  cookies: response.headers.getSetCookie(),
  printed: util.inspect(response).replace(/date: '[^']*'/, ''),
});

const scenarios = {
  looks: async () => looks(await post('json')),
  looksOfStream: async () => looks(await post('stream')),
  looksOfClone: async () => {
    const response = await post('json');
    const clone = response.clone();
    return [looks(clone), looks(clone.clone()), looks(response), await clone.text(), await response.text()];
  },
  looksRedirected: async () => looks(await post('moved')),
  looksFailed: async () => {
    const response = await post('error');
    return [looks(response), await response.text()];
  },
  looksEmpty: async () => looks(await post('empty')),
  headersCannotChange: async () => failure((async () => (await post('json')).headers.set('a', 'b'))()),
  headersOfCloneCannotChange: async () => failure((async () => (await post('json')).clone().headers.set('a', 'b'))()),
  json: async () => (await post('json')).json(),
  text: async () => (await post('stream')).text(),
  arrayBuffer: async () => Buffer.from(await (await post('json')).arrayBuffer()).toString(),
  bytes: async () => {
    const response = await post('json');
    return response.bytes === undefined ? 'none' : Buffer.from(await response.bytes()).toString();
  },
  blob: async () => {
    const blob = await (await post('json')).blob();
    return [blob.type, blob.size, await blob.text()];
  },
  formData: async () => [...(await (await post('form')).formData())],
  ofPrototype: async () => Response.prototype.text.call(await post('json')),
  notJson: async () => failure((await post('stream')).json()),
  newResponse: async () => {
    const response = await post('json');
    return new Response(response.body, response).text();
  },
  reader: async () => {
    const reader = (await post('steps')).body.getReader();
    const read = await readSteps(() => reader.read());
    return [read, await reader.closed];
  },
  readerByob: async () => {
    const reader = (await post('steps')).body.getReader({ mode: 'byob' });
    const read = await readSteps(() => reader.read(new Uint8Array(4096)));
    const end = await reader.read(new Uint8Array(7));
    return [read, end.done, end.value?.byteLength];
  },
  readerByobSmall: async () => {
    const reader = (await post('stream')).body.getReader({ mode: 'byob' });
    const sizes = [];
    for (let size = 1; ; size += 1) {
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done) return sizes;
      sizes.push(Buffer.from(value).toString());
    }
  },
  iterated: async () => {
    const iterator = (await post('steps')).body[Symbol.asyncIterator]();
    return readSteps(() => iterator.next());
  },
  teed: async () => {
    const [one, two] = (await post('steps')).body.tee();
    const reader = one.getReader();
    return [await readSteps(() => reader.read()), await new Response(two).text()];
  },
  cloned: async () => {
    const response = await post('steps');
    const copy = response.clone();
    const reader = copy.body.getReader();
    return [await readSteps(() => reader.read()), await response.text(), response.bodyUsed, copy.bodyUsed];
  },
  piped: async () => {
    const seen = [];
    await (
      await post('stream')
    ).body
      .pipeThrough(new TextDecoderStream())
      .pipeTo(new WritableStream({ write: (text) => void seen.push(text) }));
    return seen.join('');
  },
  ofNode: async () => {
    const seen = [];
    for await (const bytes of Readable.fromWeb((await post('stream')).body)) seen.push(Buffer.from(bytes).toString());
    return seen.join('');
  },
  transferred: async () => {
    const { body } = await post('stream');
    return new Response(structuredClone(body, { transfer: [body] })).text();
  },
  broken: async () => {
    const response = await post('steps');
    for await (const chunk of response.body) {
      void chunk;
      break;
    }
    return [await control('/closed'), response.bodyUsed, await failure(response.text())];
  },
  cancelled: async () => {
    const response = await post('steps');
    return [await response.body.cancel('enough'), await control('/closed'), await response.text().catch(told)];
  },
  cancelledByReader: async () => {
    const reader = (await post('steps')).body.getReader();
    await reader.read();
    return [
      await reader.cancel(new Error('enough')),
      await control('/closed'),
      await reader.read(),
      await reader.closed,
    ];
  },
  abortedWhileReading: async () => {
    const controller = new AbortController();
    const reader = (await post('steps', { signal: controller.signal })).body.getReader();
    await reader.read();
    const [waiting, closed] = [failure(reader.read()), failure(reader.closed)];
    controller.abort();
    return [await waiting, await closed, await failure(reader.read()), await control('/closed')];
  },
  abortedWithReason: async () => {
    const controller = new AbortController();
    const response = await post('steps', { signal: controller.signal });
    const reason = new RangeError('no more');
    controller.abort(reason);
    const error = await response.text().catch((thrown) => thrown);
    return [error === reason, told(error), await control('/closed')];
  },
  abortedUnread: async () => {
    const controller = new AbortController();
    const reader = (await post('steps', { signal: controller.signal })).body.getReader();
    controller.abort();
    return [await failure(reader.closed), await failure(reader.read())];
  },
  abortedBefore: async () => failure(post('json', { signal: AbortSignal.abort() })),
  abortedWaiting: async () => {
    const controller = new AbortController();
    const waiting = failure(post('json', { signal: controller.signal }));
    controller.abort(new Error('mine'));
    return waiting;
  },
  neverRead: async () => (await post('json')).status,
  /** Node closes the connection of a response that is collected. */
  dropped: async () => {
    const status = await (async () => (await post('steps')).status)();
    let isClosed = false;
    void control('/closed').then(() => {
      isClosed = true;
    });
    for (let turn = 0; turn < 500 && !isClosed; turn += 1) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return [status, isClosed];
  },
  neverAwaited: async () => {
    void post('json', { signal: AbortSignal.abort() });
    await new Promise((resolve) => setTimeout(resolve, 20));
    return 'gone on';
  },
  cut: async () => {
    const response = await post('cut');
    const error = await failure(response.text());
    return [error, response.bodyUsed];
  },
  cutUnhandled: async () => {
    void (await post('cut')).text();
    await control('/step');
    await new Promise((resolve) => setTimeout(resolve, 50));
    return 'gone on';
  },
  refused: async () => failure(fetch('http://127.0.0.1:2/v1/chat/completions', { method: 'POST', body: '{}' })),
  readTwice: async () => {
    const response = await post('json');
    return [
      await response.text(),
      response.bodyUsed,
      await failure(response.text()),
      await failure((async () => response.clone())()),
    ];
  },
  readWhileLocked: async () => {
    const response = await post('json');
    const reader = response.body.getReader();
    return [
      response.body.locked,
      await failure(response.json()),
      await failure((async () => response.body.getReader())()),
      typeof reader,
    ];
  },
  theFunction: async () => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
    return {
      flags,
      name: value.name,
      length: value.length,
      own: Reflect.ownKeys(value),
      prototype: Object.getPrototypeOf(value) === Function.prototype,
      printed: util.inspect(value),
      promise: Object.getPrototypeOf(post('json').finally(() => undefined)) === Promise.prototype,
      keys: Object.keys(globalThis).includes('fetch'),
    };
  },
};

void require('./runScenarios.cjs')({ ...scenarios, ...requests });
