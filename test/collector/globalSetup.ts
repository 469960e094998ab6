import type { TestProject } from 'vitest/node';
import { buildCollector } from './buildCollector.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of the Collector's executable. */
    collector: string;
    /** How long the chaos lasts, and what it is drawn from. */
    chaos: { readonly seconds: number; readonly seed: number };
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('collector', await buildCollector());
}
