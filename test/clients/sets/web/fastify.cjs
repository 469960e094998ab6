'use strict';
const Fastify = require('fastify');
const { withAttribution } = require('@tollgate/node');
const { Readable } = require('node:stream');
const { answer, streamed } = require('./answer.cjs');

const application = Fastify();
application.addHook('onRequest', (request, _reply, done) =>
  withAttribution({ user: request.headers['x-user'], session: request.headers['x-session'] }, done),
);
application.post('/ask', (request) => answer(request.body.model));
application.post('/stream', (request, reply) =>
  reply.type('text/plain').send(Readable.from(streamed(request.body.model))),
);
void application.listen({ port: 0, host: '127.0.0.1' }).then((url) => process.stdout.write(`${url}\n`));
