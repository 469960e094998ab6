import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/** `npm run soak -- charging --cases N --seed S`: the simulation of charging, for as long as it takes. */
const { values } = parseArgs({ options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string' } } });
const soak = { cases: integer('cases', values.cases), seed: integer('seed', values.seed ?? String(Date.now() % 1e9)) };
console.log(`${soak.cases} cases from seed ${soak.seed} on`);
const vitest = await startVitest('test', [], {
  config: 'vitest.config.ts',
  include: ['test/simulation/long.ts'],
  watch: false,
  testTimeout: 0,
  disableConsoleIntercept: true,
  provide: { soak },
});
await vitest.close();

function integer(name, text) {
  if (!/^\d{1,12}$/.test(text)) throw new Error(`--${name}: expected a number of at most 12 digits, found ${text}`);
  return Number(text);
}
