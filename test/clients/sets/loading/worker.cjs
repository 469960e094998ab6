'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

/** One call in a worker thread, which then ends in the way that `WAY` says. */
if (isMainThread) {
  const worker = new Worker(__filename, { workerData: process.env.WAY });
  worker.on('message', (tokens) => {
    process.stdout.write(`${tokens} tokens\n`);
    // Spans leave a thread every so often, and a terminated one does nothing more.
    if (process.env.WAY === 'terminate') void worker.terminate();
    if (process.env.WAY === 'terminate later') setTimeout(() => void worker.terminate(), 1000);
  });
  worker.on('error', (error) => process.stdout.write(`${error.message}\n`));
} else {
  const { OpenAI } = require('openai');
  void new OpenAI().chat.completions
    .create({ model: process.env.MODEL, messages: [{ role: 'user', content: 'one two three' }] })
    .then(({ usage }) => {
      parentPort.postMessage(usage.total_tokens);
      if (workerData === 'exit') process.exit(0);
      if (workerData === 'throw') throw new Error('mine');
      if (workerData.startsWith('terminate')) setInterval(() => undefined, 1000);
    });
}
