import { noHabits, type Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';

const SCOPE = '@opentelemetry/instrumentation-aws-sdk';

/** OpenTelemetry's spans of the AWS SDK's Bedrock runtime. It never writes cached tokens, which Bedrock counts beside input. */
export const awsSdk: Dialect = {
  name: 'aws-sdk',
  vocabulary: { speaksOfLlm: false, aliases: {} },
  ownsScope: (name) => name === SCOPE,
  // Only Converse says `chat`; InvokeModel says nothing, and other services' spans have no `gen_ai.system`.
  operation: (found) => {
    if (text(found, at.provider) === null) return null;
    return /embed/i.test(modelOf(found)) ? 'embeddings' : 'text_completion';
  },
  habits: (_span, found) => {
    const model = modelOf(found);
    return {
      ...noHabits,
      isKnown: true,
      cache: 'exclusive',
      // Claude and Nova have prompt caching.
      missing: /claude|amazon\.nova/i.test(model) ? 'cache' : null,
      // For these it divides the text's length by six, unless Converse gives the usage.
      estimates: text(found, at.operation) !== 'chat' && /cohere\.command|mistral/i.test(model),
    };
  },
};

function modelOf(found: Found): string {
  return text(found, at.requestModel) ?? '';
}
