import Anthropic from '@anthropic-ai/sdk';
import { AzureOpenAI, OpenAI } from 'openai';
import anthropic from './anthropicScenarios.cjs';
import openai from './openaiScenarios.cjs';
import run from './runScenarios.cjs';

await run({ ...openai(OpenAI, AzureOpenAI), ...run.named('anthropic-', anthropic(Anthropic)) });
