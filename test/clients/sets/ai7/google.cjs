'use strict';
module.exports = require('../ai6/google.cjs');
