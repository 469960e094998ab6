'use strict';

/** How applications read streams, whichever client made them. */
module.exports = {
  text: 'one two three',
  messages: [{ role: 'user', content: 'one two three' }],
  host: (name) => `http://${name}:${process.env.PROVIDER_PORT}`,
  look: {
    type: 'function',
    function: { name: 'look', description: 'looks', parameters: { type: 'object', properties: {} } },
  },

  async readAll(stream) {
    const events = [];
    for await (const event of stream) events.push(event);
    return events;
  },

  async readFirst(stream) {
    for await (const event of stream) return event;
  },

  /** Leaves by `abort` after some events; what was seen, and how it ended. */
  async readUntilAbort(stream, abort, count = 2) {
    const seen = [];
    try {
      for await (const event of stream) if (seen.push(event) === count) abort();
      return [seen, 'ended'];
    } catch (error) {
      if (seen.length === 0) throw error;
      return [seen, error.name];
    }
  },

  /** Nobody waits for it; long enough that its error comes. */
  async neglect(start) {
    void start();
    await new Promise((resolve) => setTimeout(resolve, 150));
  },
};
