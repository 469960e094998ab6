import { endOpenCalls } from '../calls/call.ts';
import { endOpenFrameworkSpans } from '../frameworks/frameworkSpan.ts';

function endOpen(): void {
  endOpenCalls();
  endOpenFrameworkSpans();
}

/**
 * What is open when the process ends is ended then, whoever's provider has its span. First in line: an application that sends
 * its spans itself flushes them in a listener of its own.
 */
export function endOpenAtEnd(): void {
  const listeners = process.getMaxListeners();
  // As many as the application may have without a warning.
  if (listeners > 0) process.setMaxListeners(listeners + 1);
  process.prependListener('beforeExit', endOpen);
  process.prependListener('exit', endOpen);
}
