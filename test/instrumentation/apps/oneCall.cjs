'use strict';
const OpenAI = require('openai');

const client = new OpenAI();
const create = (more, directives) =>
  client.chat.completions.create(
    { model: 'one-call', messages: [{ role: 'user', content: 'hello' }], ...more },
    { headers: { 'x-stand-in': directives ?? '' } },
  );

/** One call, then the end that `END` names. */
const ends = {
  natural: () => undefined,
  exit: () => process.exit(0),
  // Writes for how many milliseconds it was held when it had run out of work.
  held: () => {
    let heldSince = 0;
    process.once('beforeExit', () => {
      heldSince = performance.now();
    });
    process.on('exit', () => require('node:fs').writeSync(1, String(performance.now() - heldSince)));
  },
  exitWithCode: () => process.exit(7),
  throw: () =>
    setImmediate(() => {
      throw new Error('mine');
    }),
  reject: () => void Promise.reject(new Error('mine')),
  // Signalled from outside when it says so.
  wait: () => {
    setTimeout(() => undefined, 20_000);
    process.stdout.write('ready');
  },
  handleOnce: () => {
    process.once('SIGTERM', () => setTimeout(() => process.exit(3), 50));
    ends.wait();
  },
  ignoreFirst: () => {
    let count = 0;
    process.on('SIGTERM', () => {
      count += 1;
      process.stdout.write(`ignored${count}`);
      if (count === 2) process.exit(4);
    });
    ends.wait();
  },
  // As `signal-exit` does it: where no listener but its own is there, it takes that away and sends the signal again.
  countListeners: () => {
    const listener = () => {
      if (process.listeners('SIGTERM').length !== 1) return;
      process.removeListener('SIGTERM', listener);
      process.kill(process.pid, 'SIGTERM');
    };
    process.on('SIGTERM', listener);
    ends.wait();
  },
  // Nobody listens, so that nothing happens.
  emitSignal: () => {
    process.stdout.write(String(process.emit('SIGTERM')));
    setTimeout(() => process.exit(0), 50);
  },
  exitInExit: () => process.exit(0),
  recordInExit: () => process.exit(0),
  exitInStream: async () => {
    const stream = await create({ model: 'open-stream', stream: true }, 'chunk_delay_ms=30');
    for await (const chunk of stream) if (chunk.choices[0].delta.content === 'word1') process.exit(0);
  },
  exitInFlight: () => {
    void create({ model: 'in-flight' }, 'delay_ms=5000').catch(() => undefined);
    setTimeout(() => process.exit(0), 100);
  },
  inFlight: () => {
    void create({ model: 'in-flight' }, 'delay_ms=20000').catch(() => undefined);
    ends.wait();
  },
  // Two more, each in an export of its own with a short schedule delay.
  callTwiceMore: async () => {
    for (const model of ['second-call', 'third-call']) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await create({ model });
    }
  },
  // And on, until somebody ends it.
  callOn: async () => {
    process.stdout.write('ready');
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await create({ model: 'another' });
    }
  },
  nothing: () => undefined,
  // No call: what an earlier process left is sent meanwhile.
  idle: () => ends.wait(),
};

/** Listeners that are there before the first call. */
const atExit = {
  exitInExit: () => process.exit(5),
  recordInExit: () =>
    require('@tollgate/node').recordLlmCall({ provider: 'openai', model: 'recorded', usage: { output: 1 } }),
};
if (process.env.END in atExit) process.on('exit', atExit[process.env.END]);

void (async () => {
  if (!['nothing', 'idle'].includes(process.env.END)) await create();
  await ends[process.env.END]();
})();
