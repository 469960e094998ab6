'use strict';
const dns = require('node:dns');

/** Providers' hosts are at this machine: who listens here is found under the name by which a provider is known. */
const providers =
  /(?:^|\.)(?:googleapis\.com|mistral\.ai|cohere\.com|ollama\.com|openrouter\.ai|huggingface\.co|huggingface\.cloud)$/;
const { lookup } = dns;

dns.lookup = (host, options, done) => {
  const callback = done ?? options;
  if (!providers.test(host)) return lookup(host, options, done);
  const isAll = typeof options === 'object' && options !== null && options.all === true;
  process.nextTick(() =>
    isAll ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
  );
};
