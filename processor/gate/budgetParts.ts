/** The parts of budgets and rules that both are written with: what they match, amounts of money. */
import { z } from 'zod';
import { TAG_NAME_CHARS_MAX } from '../../src/attribution/tags.ts';
import { GLOB_CHARS_MAX } from '../../src/glob.ts';
import { type FemtoUsd, parseUsd } from '../../src/money.ts';
import { matchDimensions, type MatchDimension } from '../../src/policy/budget.ts';
import { isMapping } from '../schemaParts.ts';

/** With this many keys a budget already names every dimension and as many tags. */
const MATCH_KEYS_MAX = 16;
const POLICY_NAME_CHARS_MAX = 100;
const TAG_PREFIX = 'tag.';
const DIMENSION_EXPECTED = `one of ${matchDimensions.join(', ')}, tag.NAME (a name of 1 to ${TAG_NAME_CHARS_MAX} characters)`;

const POLICY_NAME_EXPECTED = `a name of 1 to ${POLICY_NAME_CHARS_MAX} characters out of A-Z a-z 0-9 . _ -`;
export const policyName = z
  .string({ error: POLICY_NAME_EXPECTED })
  .regex(new RegExp(`^[A-Za-z0-9._-]{1,${POLICY_NAME_CHARS_MAX}}$`), POLICY_NAME_EXPECTED);

function isMatchDimension(name: string): name is MatchDimension {
  if (matchDimensions.some((dimension) => dimension === name)) return true;
  const tag = name.slice(TAG_PREFIX.length);
  return name.startsWith(TAG_PREFIX) && tag.length > 0 && tag.length <= TAG_NAME_CHARS_MAX && !tag.includes('\0');
}

export const dimension = z
  .custom<MatchDimension>((value) => typeof value === 'string' && isMatchDimension(value), DIMENSION_EXPECTED)
  .meta({ type: 'string' });

export function isText(value: unknown, charsMax: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= charsMax && !value.includes('\0');
}

type Issues = { readonly issues: z.core.$ZodRawIssue[] };

export function report(context: Issues, path: readonly PropertyKey[], input: unknown, message: string): void {
  context.issues.push({ code: 'custom', path: [...path], input, message });
}

export const match = z
  .unknown()
  .transform((input, context): Readonly<Record<string, string>> => {
    if (!isMapping(input) || Object.keys(input).length > MATCH_KEYS_MAX) {
      report(context, [], input, `a mapping of at most ${MATCH_KEYS_MAX} dimensions to globs`);
      return z.NEVER;
    }
    for (const [key, value] of Object.entries(input)) {
      if (!isMatchDimension(key)) report(context, [key], value, `as its key ${DIMENSION_EXPECTED}`);
      else if (!isText(value, GLOB_CHARS_MAX))
        report(context, [key], value, `a glob, as a text of 1 to ${GLOB_CHARS_MAX} characters`);
    }
    return input as Readonly<Record<string, string>>;
  })
  .meta({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Dimension → glob; all of them have to match. `*` also matches a missing dimension',
  });

/** More than anybody spends, and far from what `numeric(38,15)` holds, so that sums of limits and raises fit too. */
const USD_WHOLE_DIGITS_MAX = 12;
/** A double holds each decimal number of 15 significant digits apart from the others: it is the one that was written. */
const EXACT_DIGITS_MAX = 15;
const USD_EXPECTED = `a decimal number of USD above 0, such as "0.05": at most ${USD_WHOLE_DIGITS_MAX} digits before and 15 after the point, and as a text where there are more than ${EXACT_DIGITS_MAX} in all`;

function readUsdAbove0(value: unknown): FemtoUsd | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const written = String(value);
  const digits = written.replace(/\D/g, '').replace(/^0+/, '').length;
  if (typeof value === 'number' && digits > EXACT_DIGITS_MAX) return null;
  const amount = parseUsd(written);
  const isInRange = amount !== null && amount > 0n && amount < 10n ** BigInt(USD_WHOLE_DIGITS_MAX + 15);
  return isInRange ? amount : null;
}

export const usdAbove0 = z
  .unknown()
  .transform((input, context): FemtoUsd => {
    const amount = readUsdAbove0(input);
    if (amount !== null) return amount;
    report(context, [], input, USD_EXPECTED);
    return z.NEVER;
  })
  .meta({ type: 'string', description: 'USD, as a decimal text; no float arithmetic is done with it' });
