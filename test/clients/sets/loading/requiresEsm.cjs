'use strict';
const { ask } = require('./esmModule.mjs');

void ask().then(({ usage }) => process.stdout.write(`${usage.total_tokens} tokens\n`));
