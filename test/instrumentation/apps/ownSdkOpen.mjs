import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

// Its own SDK sends what has ended when the process has nothing else to do.
const ended = [];
const processor = {
  onStart() {},
  onEnd: (span) => ended.push(span.name),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
process.once('beforeExit', () => process.stdout.write(JSON.stringify(ended)));
new NodeTracerProvider({ spanProcessors: [processor] }).register();

// A stream that nobody reads, as where another instrumentation throws on the way to the application.
await new OpenAI().chat.completions.create({
  model: 'never-read',
  stream: true,
  messages: [{ role: 'user', content: 'hello' }],
});
