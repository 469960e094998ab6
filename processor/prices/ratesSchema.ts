/** How rates are written, in requests to the API as in `tollgate.yaml`. Every message is the phrase that follows "expected". */
import { z } from 'zod';
import { type LongContext, type RateKey, rateNames, type WrittenRates } from '../../src/pricing/writtenPrice.ts';
import { section, wholeNumber } from '../schemaParts.ts';

/** A femto-USD is the finest there is: nine decimals of a rate for a million tokens, twelve of one for a thousand requests. */
const DECIMALS_MAX = { mtok: 9, kcount: 12 } as const;
/** A million USD for a million tokens: with the most tokens a span may claim, sums stay far below what numeric(38,15) holds. */
const WHOLE_DIGITS_MAX = 6;

export const rateKeys = Object.keys(rateNames) as readonly RateKey[];

/** Those that the contract asks for: of anything else the unit it is part of decides. */
export const neededRates: readonly RateKey[] = ['input_usd_per_mtok', 'output_usd_per_mtok'];

const LONG_CONTEXT_MAX = 8;
/** No model reads more in one request for a long time. */
const INPUT_TOKENS_MAX = 1_000_000_000;
const THRESHOLD_KEY = 'above_input_tokens';

function rate(key: RateKey) {
  const { per } = rateNames[key];
  const decimals = DECIMALS_MAX[per];
  const of = per === 'mtok' ? 'a million tokens' : 'a thousand requests';
  const error = `USD for ${of} as a text, such as "0.075": a decimal of at least 0, at most ${WHOLE_DIGITS_MAX} digits before and ${decimals} after the point`;
  return z
    .string({ error })
    .regex(new RegExp(`^\\d{1,${WHOLE_DIGITS_MAX}}(\\.\\d{1,${decimals}})?$`), { error })
    .meta({ description: `USD for ${of}` });
}

type RateSchema = ReturnType<ReturnType<typeof rate>['optional']>;

export const rateShape = Object.fromEntries(rateKeys.map((key) => [key, rate(key).optional()])) as Readonly<
  Record<RateKey, RateSchema>
>;

const longContextEntry = section({ [THRESHOLD_KEY]: wholeNumber(0, INPUT_TOKENS_MAX), ...rateShape }).refine(
  (entry) => ratesOf(entry) !== null,
  { error: 'at least one rate for requests above the threshold', when: ({ issues }) => issues.length === 0 },
);

/** By rising threshold. */
export const longContext = z
  .array(longContextEntry, { error: 'a list of thresholds with their rates' })
  .max(LONG_CONTEXT_MAX, { error: `at most ${LONG_CONTEXT_MAX} thresholds` })
  .refine((entries) => entries.every((entry, at) => isAbove(entry, entries[at - 1])), {
    error: `thresholds that rise from one to the next`,
  });

type LongContextEntry = z.output<typeof longContextEntry>;

function isAbove(entry: LongContextEntry, before: LongContextEntry | undefined): boolean {
  return before === undefined || thresholdOf(entry) > thresholdOf(before);
}

function thresholdOf(entry: LongContextEntry): number {
  return Number(entry[THRESHOLD_KEY]);
}

export function longContextOf(entries: readonly LongContextEntry[]): readonly LongContext[] {
  return entries.map((entry) => ({ aboveInputTokens: thresholdOf(entry), rates: ratesOf(entry) ?? {} }));
}

/** Null where none is written. */
export function ratesOf(written: Readonly<Partial<Record<RateKey, unknown>>>): WrittenRates | null {
  const said = rateKeys.flatMap((key) => (typeof written[key] === 'string' ? [[key, written[key]] as const] : []));
  return said.length === 0 ? null : (Object.fromEntries(said) as WrittenRates);
}
