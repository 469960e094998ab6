'use strict';
// The call shapes in which one provider's models differ from another's: whole, streamed and refused.

module.exports = (ai, provider, refuse) => {
  const asked = (name, more) => ({ model: provider(name), prompt: 'one two three', maxRetries: 0, ...more });
  return {
    chat: async (name) => {
      const { text, usage, finishReason } = await ai.generateText(asked(name));
      return [text, usage, finishReason];
    },
    stream: async (name) => {
      let failure;
      const result = ai.streamText(
        asked(name, {
          onError: ({ error }) => {
            failure = error;
          },
        }),
      );
      const pieces = [];
      for await (const piece of result.textStream) pieces.push(piece);
      if (failure !== undefined) throw failure;
      return [pieces, await result.usage];
    },
    error400: (name) => ai.generateText(asked(name, { headers: refuse })),
  };
};
