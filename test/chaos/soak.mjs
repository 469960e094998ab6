import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/** `node test/chaos/soak.mjs --minutes N --seed S`: the chaos, for as long as it takes. Needs `npm run build` before. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const chaos = {
  seconds: integer('minutes', values.minutes) * 60,
  seed: integer('seed', values.seed ?? String(Date.now() % 1e9)),
};
console.log(`${chaos.seconds} s from seed ${chaos.seed}`);
const vitest = await startVitest('test', [], {
  config: 'vitest.collector.config.ts',
  include: ['test/chaos/chaos.collector.ts'],
  watch: false,
  testTimeout: 0,
  provide: { chaos },
});
await vitest.close();

function integer(name, text) {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name}: expected a number of at most 9 digits, found ${text}`);
  return Number(text);
}
