'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

/** One call in a worker thread, which then ends in the way that `WAY` says. */
if (isMainThread) {
  const worker = new Worker(__filename, { workerData: process.env.WAY });
  worker.on('message', (tokens) => {
    process.stdout.write(`${tokens} tokens\n`);
    if (process.env.WAY === 'terminate') void worker.terminate();
    if (process.env.WAY === 'main exits') process.exit(0);
  });
  worker.on('error', (error) => process.stdout.write(`${error.message}\n`));
} else {
  const { OpenAI } = require('openai');
  void new OpenAI().chat.completions
    .create({ model: 'm-loaded', messages: [{ role: 'user', content: 'one two three' }] })
    .then(({ usage }) => {
      parentPort.postMessage(usage.total_tokens);
      if (workerData === 'exit') process.exit(0);
      if (workerData === 'throw') throw new Error('mine');
      if (workerData === 'terminate' || workerData === 'main exits') setInterval(() => undefined, 1000);
    });
}
