/** One way to make a call, and the scenarios that show it; the first that a client has counts. */
export interface CallShape {
  readonly title: string;
  readonly scenarios: readonly string[];
}

export const callShapes: readonly CallShape[] = [
  { title: 'whole answer', scenarios: ['chat', 'messages'] },
  { title: '`.withResponse()`', scenarios: ['chatWithResponse', 'messagesWithResponse'] },
  { title: '`.asResponse()`', scenarios: ['chatAsResponseJson', 'messagesAsResponse', 'chatAsResponse'] },
  { title: '`.parse()`, structured output', scenarios: ['chatParse', 'messagesParse'] },
  { title: 'tool calls', scenarios: ['tools', 'chatTools', 'streamTool'] },
  { title: 'tool runner', scenarios: ['toolRunner', 'messagesToolRunner', 'betaToolRunner', 'chatTools'] },
  { title: 'stream', scenarios: ['stream', 'messagesStream'] },
  { title: 'stream, usage asked for', scenarios: ['streamWithUsage'] },
  { title: 'stream helper', scenarios: ['streamHelper', 'messagesHelper'] },
  { title: 'stream, `.tee()`', scenarios: ['streamTee', 'messagesTee'] },
  { title: 'stream, `.toReadableStream()`', scenarios: ['streamReadable', 'messagesReadable'] },
  { title: 'stream left early', scenarios: ['streamBreak', 'messagesBreak'] },
  { title: 'stream aborted', scenarios: ['streamAbort', 'messagesAbort'] },
  { title: 'stream never read', scenarios: ['streamNeverRead', 'messagesNeverRead'] },
  { title: 'aborted before the answer', scenarios: ['chatAbort', 'abortBeforeResponse', 'messagesChatAbort'] },
  { title: 'HTTP 400', scenarios: ['error400', 'messagesError', 'error404'] },
  { title: 'HTTP 400 to a stream', scenarios: ['error400Stream', 'messagesErrorStream'] },
  { title: 'HTTP 500, then retried', scenarios: ['error500Retried', 'retried', 'messagesRetried'] },
  { title: 'no connection', scenarios: ['errorNetwork', 'connectionRefused'] },
  { title: 'a failure nobody awaits', scenarios: ['unhandledFailure'] },
  { title: 'Responses API', scenarios: ['responses'] },
  { title: 'Responses API, stream', scenarios: ['responsesStream'] },
  { title: 'embeddings', scenarios: ['embeddings'] },
  { title: 'legacy completions', scenarios: ['completions', 'generate', 'fim'] },
  { title: 'beta API', scenarios: ['beta'] },
  { title: 'files', scenarios: ['files'] },
  { title: 'batches', scenarios: ['batch', 'messagesBatch'] },
  { title: 'counting tokens', scenarios: ['countTokens'] },
];

export interface ClientGroup {
  readonly title: string;
  readonly sets: readonly string[];
  /** Whether its rows are `callShapes`, or each client's own scenarios. */
  readonly isByShape: boolean;
  /** First scenario of a shape to why no client of the group has it. */
  readonly reasons: Readonly<Record<string, string>>;
}

const noResponse = 'the client gives promises and streams of its own';
const openaiOnly = 'an API of OpenAI';
const anthropicOnly = 'an API of Anthropic';

export const clientGroups: readonly ClientGroup[] = [
  {
    title: 'OpenAI and the SDKs made like it',
    sets: ['openai4', 'openai5', 'openai6', 'openai7', 'stainless'],
    isByShape: true,
    reasons: { beta: anthropicOnly, countTokens: anthropicOnly },
  },
  {
    title: 'Anthropic',
    sets: ['anthropic0', 'anthropic1'],
    isByShape: true,
    reasons: {
      responses: openaiOnly,
      responsesStream: openaiOnly,
      completions: openaiOnly,
      embeddings: openaiOnly,
      streamWithUsage: 'its streams always report usage',
    },
  },
  {
    title: 'By `fetch` and by Smithy',
    sets: ['genai2', 'genai3', 'fetching', 'bedrock'],
    isByShape: true,
    reasons: {
      chatWithResponse: noResponse,
      chatAsResponseJson: noResponse,
      toolRunner: 'the client has none',
      streamHelper: 'the client has none',
      streamTee: 'its streams cannot be teed',
      streamReadable: 'its streams are none of this kind',
      streamWithUsage: 'its streams always report usage',
      responses: openaiOnly,
      responsesStream: openaiOnly,
      beta: anthropicOnly,
      chatParse: 'the client has none',
      completions: 'the API has none',
      files: 'not run: no path that is looked at',
      batch: 'not run: no path that is looked at',
      countTokens: 'not run: no path that is looked at',
    },
  },
  { title: 'Frameworks', sets: ['ai6', 'ai7', 'langchain', 'agents', 'mastra'], isByShape: false, reasons: {} },
  { title: 'Web frameworks', sets: ['web'], isByShape: false, reasons: {} },
  { title: 'Loading', sets: ['loading', 'bundled'], isByShape: false, reasons: {} },
];
