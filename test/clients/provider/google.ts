import type { AskedAnswer, Answer } from './answer.ts';
import { answerInteraction } from './googleInteractions.ts';
import { OUTPUT_TOKENS, answerPieces, answerText, bodyOf, listOf, outputOf, wordsIn } from './words.ts';
import type { Body } from './words.ts';

const CACHED_TOKENS = 1_000;
const THOUGHTS_TOKENS = 8;
const SEARCH_TOKENS = 30;
/** A second of sound, a picture that is sent, a picture that is made: as Google counts them. */
const AUDIO_TOKENS = 32;
const IMAGE_TOKENS = 258;
const MADE_IMAGE_TOKENS = 1_290;

/** Gemini's API and Vertex AI's. */
export function answerGoogle(asked: AskedAnswer): Answer | null {
  if (asked.path.endsWith('/interactions')) return answerInteraction(asked);
  const method = asked.path.slice(asked.path.lastIndexOf(':') + 1);
  const contents = listOf(asked.body['requests']).map((request) => request['content']);
  const tokens = wordsIn(asked.body['content'], contents);
  switch (method) {
    case 'generateContent':
      return { json: wholeOf(asked) };
    case 'streamGenerateContent':
      return { events: eventsOf(asked), framing: asked.query.get('alt') === 'sse' ? 'sse' : 'array' };
    case 'countTokens':
      return { json: { totalTokens: wordsIn(asked.body['contents']) } };
    case 'embedContent':
      return { json: { embedding: { values: [0.25, 0.5] }, usageMetadata: { promptTokenCount: tokens } } };
    case 'batchEmbedContents':
      return {
        json: {
          embeddings: listOf(asked.body['requests']).map(() => ({ values: [0.25, 0.5] })),
          usageMetadata: { promptTokenCount: tokens },
        },
      };
    case 'rawPredict':
      return { json: messageOf(asked) };
    case 'predict':
      return { json: { predictions: listOf(asked.body['instances']).map(predictionOf) } };
    default:
      return null;
  }
}

const predictionOf = (instance: Body): Body => ({
  embeddings: { values: [0.25, 0.5], statistics: { truncated: false, token_count: wordsIn(instance) } },
});

/** Claude on Vertex AI answers in its own shape, and counts what was cached beside the input. */
const messageOf = ({ body, model }: AskedAnswer): Body => ({
  id: `msg-${model}`,
  type: 'message',
  role: 'assistant',
  model: model.replace('@', '-'),
  content: [{ type: 'text', text: answerText(OUTPUT_TOKENS) }],
  stop_reason: 'end_turn',
  usage: {
    input_tokens: wordsIn(listOf(body['messages']).map((message) => message['content'])),
    cache_read_input_tokens: CACHED_TOKENS,
    cache_creation_input_tokens: 0,
    output_tokens: OUTPUT_TOKENS,
  },
});

interface Generated {
  readonly usage: Body;
  readonly parts: readonly Body[];
  readonly output: number;
  readonly finishReason: 'STOP' | 'MAX_TOKENS';
}

function generated({ body }: AskedAnswer): Generated {
  const settings = bodyOf(body['generationConfig']);
  const output = outputOf(settings['maxOutputTokens']);
  const parts = listOf(body['contents']).flatMap((content) => listOf(content['parts']));
  const sent = (kind: string): number =>
    parts.filter((part) => String(bodyOf(part['inlineData'])['mimeType']).startsWith(kind)).length;
  const tools = listOf(body['tools']);
  const isAnswered = parts.some((part) => part['functionResponse'] !== undefined);
  const called = listOf(tools.find((tool) => tool['functionDeclarations'] !== undefined)?.['functionDeclarations'])[0];
  const text = wordsIn(
    parts.map((part) => part['text']),
    body['systemInstruction'],
  );
  const makesImage = Array.isArray(settings['responseModalities']) && settings['responseModalities'].includes('IMAGE');
  const parted: Body[] = [];
  if (called !== undefined && !isAnswered) {
    parted.push({ functionCall: { name: called['name'], args: { city: 'Here' } } });
  } else parted.push({ text: answerText(output) });
  if (makesImage) parted.push({ inlineData: { mimeType: 'image/png', data: 'aW1hZ2U=' } });
  return {
    usage: usageOf({
      TEXT: text,
      AUDIO: AUDIO_TOKENS * sent('audio/'),
      IMAGE: IMAGE_TOKENS * sent('image/'),
      cached: body['cachedContent'] === undefined ? 0 : CACHED_TOKENS,
      thoughts: settings['thinkingConfig'] === undefined ? 0 : THOUGHTS_TOKENS,
      searched: tools.some((tool) => tool['googleSearch'] !== undefined) ? SEARCH_TOKENS : 0,
      output,
      madeImage: makesImage ? MADE_IMAGE_TOKENS : 0,
    }),
    parts: parted,
    output,
    finishReason: output < outputOf(undefined) ? 'MAX_TOKENS' : 'STOP',
  };
}

type Counted = Readonly<
  Record<'TEXT' | 'AUDIO' | 'IMAGE' | 'cached' | 'thoughts' | 'searched' | 'output' | 'madeImage', number>
>;

/** The cached part is inside the prompt; thoughts and what was found stand beside what they belong to. */
function usageOf(counted: Counted): Body {
  const prompt = counted.TEXT + counted.AUDIO + counted.IMAGE + counted.cached;
  const answer = counted.output + counted.madeImage;
  const modalities = { TEXT: counted.TEXT + counted.cached, AUDIO: counted.AUDIO, IMAGE: counted.IMAGE };
  const details = (counts: Readonly<Record<string, number>>): Body[] =>
    Object.entries(counts).flatMap(([modality, tokenCount]) => (tokenCount === 0 ? [] : [{ modality, tokenCount }]));
  const some = (name: string, count: number): Body => (count === 0 ? {} : { [name]: count });
  return {
    promptTokenCount: prompt,
    ...some('cachedContentTokenCount', counted.cached),
    candidatesTokenCount: answer,
    ...some('toolUsePromptTokenCount', counted.searched),
    ...some('thoughtsTokenCount', counted.thoughts),
    totalTokenCount: prompt + answer + counted.searched + counted.thoughts,
    promptTokensDetails: details(modalities),
    ...(counted.cached === 0 ? {} : { cacheTokensDetails: details({ TEXT: counted.cached }) }),
    ...(counted.madeImage === 0
      ? {}
      : { candidatesTokensDetails: details({ TEXT: counted.output, IMAGE: counted.madeImage }) }),
  };
}

const identityOf = ({ model }: AskedAnswer): Body => ({ modelVersion: model, responseId: `response-${model}` });

function wholeOf(asked: AskedAnswer): Body {
  const { usage, parts, finishReason } = generated(asked);
  const candidate = { content: { parts, role: 'model' }, finishReason, index: 0 };
  return { candidates: [candidate], usageMetadata: usage, ...identityOf(asked) };
}

/** Each event has the usage so far; the last one has all of it. */
function eventsOf(asked: AskedAnswer): Body[] {
  const { usage, parts, output, finishReason } = generated(asked);
  const [first = {}, ...others] = parts;
  const pieces: Body[] = first['text'] === undefined ? [first] : answerPieces(output).map((text) => ({ text }));
  return pieces.map((piece, at) => {
    const isLast = at === pieces.length - 1;
    const candidate = { content: { parts: isLast ? [piece, ...others] : [piece], role: 'model' }, index: 0 };
    const soFar = { promptTokenCount: usage['promptTokenCount'], totalTokenCount: usage['promptTokenCount'] };
    return {
      candidates: [isLast ? { ...candidate, finishReason } : candidate],
      usageMetadata: isLast ? usage : soFar,
      ...identityOf(asked),
    };
  });
}
