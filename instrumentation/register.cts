/**
 * What `--require` loads. Node runs preloads in the thread of the loader hooks as well, where there is nothing to watch:
 * reading the rest there would only cost time.
 */
const threads = require('node:worker_threads') as typeof import('node:worker_threads');

if (threads.isMainThread || threads.parentPort !== null) require('./preload.ts');
