'use strict';
const { spawn } = require('node:child_process');
const { OpenAI } = require('openai');

// One call with each model named, then a process of its own for what is named behind "then".
const [models, then] = process.argv.slice(2).join(' ').split(' then ');
void (async () => {
  for (const model of models.split(' '))
    await new OpenAI().chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }] });
  if (then !== undefined)
    spawn(process.execPath, ['--require', '@tollgate/node/register', __filename, ...then.split(' ')], {
      stdio: 'inherit',
    });
})();
