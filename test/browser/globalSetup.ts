import type { TestProject } from 'vitest/node';
import { findChromium } from './support/findChromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of Chromium's executable. */
    chromium: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', await findChromium());
}
