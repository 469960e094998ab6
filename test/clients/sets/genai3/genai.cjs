'use strict';

module.exports = require('../../scenarios/genai.cjs');
