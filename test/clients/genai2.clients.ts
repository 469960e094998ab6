import { describeGenai } from './genaiClient.ts';

describeGenai('genai2', 20);
