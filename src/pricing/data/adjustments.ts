import type { Adjustment } from '../adjustment.ts';
import { anthropicAdjustments } from './anthropicAdjustments.ts';
import { googleAdjustments } from './googleAdjustments.ts';
import { openaiAdjustments } from './openaiAdjustments.ts';
import { othersAdjustments } from './othersAdjustments.ts';

/** What a call costs under a service tier, a place, a speed or a setting. */
export const adjustments: readonly Adjustment[] = [
  ...openaiAdjustments,
  ...anthropicAdjustments,
  ...googleAdjustments,
  ...othersAdjustments,
];
