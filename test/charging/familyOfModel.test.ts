import { describe, expect, it } from 'vitest';
import { familyOfModel } from '../../src/charging/familyOfModel.ts';

describe('the family of a model', () => {
  it.each([
    ['gpt-4o', 'gpt'],
    ['openai/gpt-4o-2024-08-06', 'gpt'],
    ['gpt-4.1-mini', 'gpt'],
    ['ft:gpt-4o-mini:acme::abc', 'gpt'],
    ['claude-sonnet-4-5-20250929', 'claude'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0', 'claude'],
    ['models/gemini-2.5-flash', 'gemini'],
    ['Gemini-2.5-Pro', 'gemini'],
    ['text-embedding-3-small', 'text'],
    ['o3-mini', 'o'],
    ['4711', '4711'],
  ])('of %s is %s', (model, family) => {
    expect(familyOfModel(model)).toBe(family);
  });
});
