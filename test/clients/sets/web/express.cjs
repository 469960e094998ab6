'use strict';
const express = require('express');
const { withAttribution } = require('@tollgate/node');
const { answer, streamed } = require('./answer.cjs');

const application = express();
application.use((request, _response, next) =>
  withAttribution({ user: request.get('x-user'), session: request.get('x-session') }, next),
);
application.use(express.json());
application.post('/ask', async (request, response) => response.json(await answer(request.body.model)));
application.post('/stream', async (request, response) => {
  for await (const text of streamed(request.body.model)) response.write(text);
  response.end();
});
const server = application.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`),
);
