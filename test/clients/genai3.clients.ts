import { describeGenai } from './genaiClient.ts';

describeGenai('genai3', 22);
