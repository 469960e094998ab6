'use strict';
module.exports = require('../ai6/aiSdk.cjs');
