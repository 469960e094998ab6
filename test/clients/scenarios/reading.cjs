'use strict';

const RESULT_MS_MAX = 10_000;

/** How applications read streams, whichever client made them. */
const readAll = async (stream) => {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
};

const readFirst = async (stream) => {
  for await (const event of stream) return event;
};

/** Leaves by `abort` after some events; what was seen, and how it ended. */
const readUntilAbort = async (stream, abort, count = 2) => {
  const seen = [];
  try {
    for await (const event of stream) if (seen.push(event) === count) abort();
    return [seen, 'ended'];
  } catch (error) {
    if (seen.length === 0) throw error;
    return [seen, error.name];
  }
};

/** Nobody waits for it, until its error has come. */
const neglect = async (start) => {
  const rejected = new Promise((resolve) => {
    const timer = setTimeout(resolve, RESULT_MS_MAX);
    process.once('unhandledRejection', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  void start();
  await rejected;
};

module.exports = {
  text: 'one two three',
  messages: [{ role: 'user', content: 'one two three' }],
  host: (name) => `http://${name}:${process.env.PROVIDER_PORT}`,
  look: {
    type: 'function',
    function: { name: 'look', description: 'looks', parameters: { type: 'object', properties: {} } },
  },
  readAll,
  readFirst,
  readUntilAbort,
  neglect,
};
