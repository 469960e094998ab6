'use strict';

/** A scenario that never ends must not cost the others their turn. */
const SCENARIO_MS_MAX = 20_000;

/** Errors as an application tells them apart: their class and every field that is plain data. */
function describe(error) {
  if (!(error instanceof Error)) return { thrown: error };
  const { cause, errors } = error;
  const fields = Object.entries(error).filter(([, value]) => value === null || typeof value !== 'object');
  return {
    class: error.constructor.name,
    name: error.name,
    message: error.message,
    ...Object.fromEntries(fields),
    ...(cause === undefined ? {} : { cause: describe(cause) }),
    ...(errors === undefined ? {} : { errors: Array.from(errors, describe) }),
  };
}

const plain = (value) =>
  JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    return ArrayBuffer.isView(inner) ? Array.from(inner) : inner;
  });

async function resultOf(run, model) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, SCENARIO_MS_MAX, { hangs: `after ${SCENARIO_MS_MAX} ms` });
  });
  const ended = Promise.resolve()
    .then(() => run(model))
    .then(
      (value) => ({ value }),
      (error) => ({ error: describe(error) }),
    );
  const result = await Promise.race([ended, late]);
  clearTimeout(timer);
  return result;
}

/**
 * Runs one scenario after the other, each with the model `m-NAME`, and prints what the application saw as the last line of stdout:
 * one JSON object. `SCENARIOS=a,b` picks some.
 */
module.exports = async (all) => {
  const picked = process.env.SCENARIOS?.split(',');
  const scenarios = Object.entries(all).filter(([name]) => picked === undefined || picked.includes(name));
  let unhandled = [];
  process.on('unhandledRejection', (error) => unhandled.push(describe(error)));
  const seen = {};
  for (const [name, run] of scenarios) {
    unhandled = [];
    const result = await resultOf(run, `m-${name}`);
    await new Promise((resolve) => setImmediate(resolve));
    seen[name] = { ...result, unhandled };
  }
  process.stdout.write(`\n${plain(seen)}\n`);
};
