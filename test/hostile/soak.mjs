import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/**
 * `node test/hostile/soak.mjs --cases N --seed S [--from F] [--store postgres15|postgres18|embedded]`: hostile cases sent to
 * the compiled service (`npm run build` before). A case that was found wrong is sent again by `--from NUMBER --cases 1`.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    store: { type: 'string', default: 'postgres18' },
  },
});
if (!['postgres15', 'postgres18', 'embedded'].includes(values.store)) throw new Error(`--store: found ${values.store}`);
const hostile = {
  cases: integer('cases', values.cases),
  seed: integer('seed', values.seed ?? String(Date.now() % 1e9)),
  from: integer('from', values.from),
  store: values.store,
};
console.log(`${hostile.cases} cases of seed ${hostile.seed} from ${hostile.from} on, ${hostile.store}`);
const vitest = await startVitest('test', [], {
  config: 'vitest.config.ts',
  include: ['test/hostile/long.ts'],
  watch: false,
  testTimeout: 0,
  disableConsoleIntercept: true,
  provide: { hostile },
});
await vitest.close();

function integer(name, text) {
  if (!/^\d{1,12}$/.test(text)) throw new Error(`--${name}: expected a number of at most 12 digits, found ${text}`);
  return Number(text);
}
