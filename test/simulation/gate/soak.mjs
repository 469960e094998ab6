import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/** `npm run soak -- gate --cases N --seed S`: the simulation of the gate, for as long as it takes. */
const { values } = parseArgs({ options: { cases: { type: 'string', default: '200' }, seed: { type: 'string' } } });
const gateSoak = {
  cases: integer('cases', values.cases),
  seed: integer('seed', values.seed ?? String(Date.now() % 1e9)),
};
console.log(`${gateSoak.cases} cases from seed ${gateSoak.seed} on`);
const vitest = await startVitest('test', [], {
  config: 'vitest.config.ts',
  include: ['test/simulation/gate/property.test.ts'],
  watch: false,
  testTimeout: 0,
  disableConsoleIntercept: true,
  provide: { gateSoak },
});
await vitest.close();

function integer(name, text) {
  if (!/^\d{1,12}$/.test(text)) throw new Error(`--${name}: expected a number of at most 12 digits, found ${text}`);
  return Number(text);
}
