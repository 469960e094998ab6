'use strict';
module.exports = require('../ai6/bedrock.cjs');
