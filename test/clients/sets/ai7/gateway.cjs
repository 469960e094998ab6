'use strict';
module.exports = require('../ai6/gateway.cjs');
