import type { Expectation } from './recordedDeviations.ts';
import { recordedNode } from './recordedNode.ts';
import { recordedPython } from './recordedPython.ts';

/**
 * What each fixture of `test/fixtures/recorded/` leaves on the books, checked by hand against its `bills`: where a charge
 * differs, the reason, and that the charge says so.
 */
export const recordedExpectations: Readonly<Record<string, Expectation>> = { ...recordedNode, ...recordedPython };
