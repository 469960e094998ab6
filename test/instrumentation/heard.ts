import { afterEach, beforeEach, vi } from 'vitest';

/** What each test writes to stderr, in the order written; nobody sees it. */
export function hearStderr(): readonly string[] {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return said;
}
