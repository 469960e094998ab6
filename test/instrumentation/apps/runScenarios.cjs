'use strict';

/** Errors as an application tells them apart. */
function describe(error) {
  if (!(error instanceof Error)) return { thrown: error };
  const { status, code, type, param, message } = error;
  const cause = error.cause instanceof Error ? describe(error.cause) : undefined;
  return { class: error.constructor.name, status, code, type, param, message, cause };
}

const plain = (value) =>
  JSON.stringify(value, (_key, inner) => (ArrayBuffer.isView(inner) ? Array.from(inner) : inner));

/** Runs one scenario after the other and prints what the application saw, one JSON object in all. */
module.exports = async (scenarios) => {
  let unhandled = [];
  process.on('unhandledRejection', (error) => unhandled.push(describe(error)));
  const seen = {};
  for (const [name, run] of Object.entries(scenarios)) {
    unhandled = [];
    const result = await Promise.resolve()
      .then(() => run(`m-${name}`))
      .then(
        (value) => ({ value }),
        (error) => ({ error: describe(error) }),
      );
    await new Promise((resolve) => setImmediate(resolve));
    seen[name] = { ...result, unhandled };
  }
  process.stdout.write(plain(seen));
};

/** The scenarios of another client beside: both have a `chat`. */
module.exports.named = (prefix, scenarios) =>
  Object.fromEntries(Object.entries(scenarios).map(([name, run]) => [prefix + name, run]));
