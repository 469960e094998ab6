'use strict';
// Run with --expose-gc. Prints what the second read gives of a stream whose request nobody has any more when it is aborted.
const { setTimeout: sleep } = require('node:timers/promises');

const abort = new AbortController();
const open = () =>
  fetch(
    new Request(`${process.env.PROVIDER_URL}/v1/chat/completions`, {
      method: 'POST',
      signal: abort.signal,
      headers: { authorization: 'Bearer test', 'content-type': 'application/json', 'x-stand-in': 'chunk_delay_ms=2000' },
      body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'one' }] }),
    }),
  );

async function main() {
  const { body } = await open();
  const reader = body.getReader();
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc();
    await sleep(10);
  }
  setTimeout(() => abort.abort(), 100);
  const ended = await reader.read().then(
    () => reader.read().then(() => 'read on'),
    (error) => error.name,
  );
  process.stdout.write(ended);
  process.exit(0);
}

void main();
