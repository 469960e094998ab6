'use strict';

/** What the model does is written in the prompt: see test/clients/provider/script.ts. */
const script = (steps, answer = 'All done.') => JSON.stringify({ steps, answer });
const call = (name, args = { city: 'Paris' }) => ({ name, arguments: args });
const parallel = [[call('lookup'), call('weather', { city: 'Rome' })]];

/** Two that are at work at once, in an order that is the same in every run: one waits in a tool while the other runs. */
function meeting() {
  let arrive;
  let release;
  const arrived = new Promise((resolve) => {
    arrive = resolve;
  });
  const released = new Promise((resolve) => {
    release = resolve;
  });
  const wait = async () => {
    arrive();
    await released;
    return 'late';
  };
  const meet = async (start, other) => {
    const first = start();
    await Promise.race([arrived, first]);
    const second = await other();
    release();
    return [await first, second];
  };
  return { wait, meet };
}

module.exports = { script, call, parallel, meeting };
