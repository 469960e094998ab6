import type { ConditionalPrice, ModelPrice, TieredPrices } from '@pydantic/genai-prices';
import { type Path, readArray, readFields, readNumber, readText, refuse } from './importedFields.ts';

const CONDITIONS_MAX = 64;
const TIERS_MAX = 16;
const KEYS_MAX = 64;
const KEY_CHARS_MAX = 64;
/** A thousand times the dearest rate there is, o1-pro's output of 600 USD. */
const RATE_MAX = 600_000;
const INPUT_TOKENS_MAX = 1_000_000_000;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

export function readPrices(path: Path, value: unknown): ModelPrice | ConditionalPrice[] {
  if (!Array.isArray(value)) return readRates(path, value);
  if (value.length === 0) return refuse(path, 'at least one price', value);
  return readArray(path, value, CONDITIONS_MAX).map((each, i) => readConditional(`${path}[${i}]`, each));
}

function readConditional(path: Path, value: unknown): ConditionalPrice {
  const { constraint, prices } = readFields(path, value);
  const rates = readRates(`${path}.prices`, prices);
  if (constraint === undefined || constraint === null) return { prices: rates };
  const at = `${path}.constraint`;
  const { start_date: date, start_time: start, end_time: end } = readFields(at, constraint);
  if (date !== undefined) {
    return { constraint: { type: 'start_date', start_date: readDate(`${at}.start_date`, date) }, prices: rates };
  }
  const [startTime, endTime] = [readTime(`${at}.start_time`, start), readTime(`${at}.end_time`, end)];
  return { constraint: { type: 'time_of_date', start_time: startTime, end_time: endTime }, prices: rates };
}

function readDate(path: Path, value: unknown): string {
  if (typeof value !== 'string' || !ISO_DATE.test(value) || !isDay(value)) {
    return refuse(path, 'a date such as 2026-03-13, or an instant in UTC', value);
  }
  return value;
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(instant: string): boolean {
  const ms = Date.parse(instant);
  const day = 'YYYY-MM-DD'.length;
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, day) === instant.slice(0, day);
}

function readTime(path: Path, value: unknown): string {
  if (typeof value !== 'string' || !TIME_OF_DAY.test(value)) return refuse(path, 'a time such as 16:30:00Z', value);
  return value;
}

function readRates(path: Path, value: unknown): ModelPrice {
  const entries = Object.entries(readFields(path, value));
  if (entries.length > KEYS_MAX) return refuse(path, `at most ${KEYS_MAX} prices`, value);
  const rates = entries.map(([key, price]) => [
    readText(path, key, KEY_CHARS_MAX),
    typeof price === 'number' ? readNumber(`${path}.${key}`, price, RATE_MAX) : readTiered(`${path}.${key}`, price),
  ]);
  return Object.fromEntries(rates) as ModelPrice;
}

function readTiered(path: Path, value: unknown): TieredPrices {
  if (typeof value !== 'object') return refuse(path, 'a number, or an object with base and tiers', value);
  const { base, tiers } = readFields(path, value);
  return {
    base: readNumber(`${path}.base`, base, RATE_MAX),
    tiers: readArray(`${path}.tiers`, tiers, TIERS_MAX).map((each, i) => {
      const at = `${path}.tiers[${i}]`;
      const { start, price } = readFields(at, each);
      const from = readNumber(`${at}.start`, start, INPUT_TOKENS_MAX);
      if (!Number.isInteger(from)) return refuse(`${at}.start`, 'a whole number of tokens', start);
      return { start: from, price: readNumber(`${at}.price`, price, RATE_MAX) };
    }),
  };
}
