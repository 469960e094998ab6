/**
 * The preload for `--require`. Node runs preloads in the thread of the loader hooks as well, where there is nothing to
 * watch, and where Node 22 cannot require an ES module: requiring the rest there would end the application.
 */
const threads = require('node:worker_threads') as typeof import('node:worker_threads');

if (threads.isMainThread || threads.parentPort !== null) require('./register.js');
