import type { ModulePatch } from '../loading/modulePatch.ts';
import { langchainCore, langgraph } from './langchain.ts';
import { mastra, mastraExporter } from './mastra.ts';
import { openaiAgents } from './openaiAgents.ts';

/** Agent frameworks that are patched as they are loaded. */
export const frameworkPatches: readonly ModulePatch[] = [
  langchainCore,
  langgraph,
  openaiAgents,
  mastra,
  mastraExporter,
];
