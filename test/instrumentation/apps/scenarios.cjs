'use strict';
const { OpenAI, AzureOpenAI } = require('openai');
const Anthropic = require('@anthropic-ai/sdk');
const anthropic = require('./anthropicScenarios.cjs');
const openai = require('./openaiScenarios.cjs');
const run = require('./runScenarios.cjs');

void run({ ...openai(OpenAI, AzureOpenAI), ...run.named('anthropic-', anthropic(Anthropic)) });
