const { OpenAI } = require('openai');
console.log(typeof OpenAI, require.resolve('openai'));
