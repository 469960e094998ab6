'use strict';

const base = process.env.PROVIDER_URL;
const request = { model: 'm-1', messages: [{ role: 'user', content: 'one two three' }], stream: false };

/** What a request with a body gives, in the shape the server is asked for. */
const post = (shape, init = {}) =>
  fetch(`${base}/${shape}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test' },
    body: JSON.stringify(request),
    ...init,
  });
const control = async (path) => (await fetch(base + path)).text();
const told = (error) => ({
  class: error?.constructor?.name,
  name: error?.name,
  message: error?.message,
  cause: error?.cause?.code,
});
const failure = (promise) => Promise.resolve(promise).then((value) => ({ value: typeof value }), told);

module.exports = { base, request, post, control, told, failure };
