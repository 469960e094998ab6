import { z } from 'zod';
import { GLOB_CHARS_MAX } from '../../src/glob.ts';
import { formatInstant } from '../api/instant.ts';
import { readPeriod } from '../api/period.ts';
import type { RepriceRequest } from './repricing.ts';

const MODELS_MAX = 100;

const modelsExpected = `1 to ${MODELS_MAX} names of models, each of 1 to ${GLOB_CHARS_MAX} characters without NUL; * stands for any characters`;
const instantExpected = 'a date (2026-01-31) or an instant with offset (2026-01-31T10:00:00Z)';
const once = { error: instantExpected };

/** Of both the API and the command. */
export const repriceParts = {
  from: z.string(once).meta({ description: 'Calls that start then or later: a date (UTC) or an instant' }),
  to: z.string(once).nullish().meta({ description: 'Calls that start before it; default: now' }),
  models: z
    .array(
      z.string({ error: modelsExpected }).regex(new RegExp(`^[^\\0]{1,${GLOB_CHARS_MAX}}$`, 'su'), modelsExpected),
      {
        error: modelsExpected,
      },
    )
    .min(1, { error: modelsExpected })
    .max(MODELS_MAX, { error: modelsExpected })
    .nullish()
    .meta({ description: 'Only calls of these models, as they were asked for or as they answered; default: all' }),
};

interface AskedReprice {
  readonly from: string;
  readonly to?: string | null | undefined;
  readonly models?: readonly string[] | null | undefined;
}

/** Throws `bad_parameter` where there is no such period. */
export function readReprice(
  tenant: string,
  { from, to, models }: AskedReprice,
  isDryRun: boolean,
  now: Date,
): RepriceRequest {
  const asked = { from, to: to ?? formatInstant(BigInt(now.getTime()) * 1000n), timezone: 'UTC' };
  const period = readPeriod(asked, now);
  return {
    tenant,
    fromMicros: Number(period.from),
    toMicros: Number(period.to),
    models: models ?? null,
    isDryRun,
  };
}
