'use strict';
const shapes = require('./shapes.cjs');

exports.scenarios = (ai, { createAmazonBedrock }) =>
  shapes(
    ai,
    createAmazonBedrock({
      baseURL: process.env.BEDROCK_HTTP1_URL,
      region: 'us-east-1',
      accessKeyId: 'test',
      secretAccessKey: 'test',
    }),
    { 'x-stand-in': 'status=400' },
  );
