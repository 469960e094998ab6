'use strict';
const { request } = require('node:http');

/**
 * Resolves once a request for the model has reached the provider, whatever the machine is busy with, or when the call has ended before (a gate may refuse it): the
 * moment to abort it. Not by `fetch`, which is what is being tested.
 */
exports.arrived = (model, call) => {
  const asking = new AbortController();
  const isThere = new Promise((resolve) => {
    request(`${process.env.ARRIVALS_URL}/${model}`, { signal: asking.signal }, (response) =>
      response.resume().on('end', resolve),
    )
      .on('error', resolve)
      .end();
  });
  const ended = Promise.resolve(call).then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([isThere, ended]).finally(() => asking.abort());
};
