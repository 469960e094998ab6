import type { Adjustment, Condition } from '../../src/pricing/adjustment.ts';
import type { Correction } from '../../src/pricing/correction.ts';
import type { LongContext, WrittenRates } from '../../src/pricing/writtenPrice.ts';

const LINE_BREAK = '<br>';
const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The table of corrections in docs/prices.md. */
export function correctionsTable(corrections: readonly Correction[]): string {
  return table([
    ['card', 'holds (UTC)', 'USD for a million tokens, a thousand requests', 'why', 'source'],
    ...corrections.map((correction) => [
      [`\`${correction.card}\``, ...leadingNames(correction)].join(LINE_BREAK),
      [period(correction), ...hoursOf(correction)].join(LINE_BREAK),
      [
        ...bandsOf(correction.rates, correction.longContext),
        ...(correction.isWhole === true ? ['and nothing else'] : []),
      ].join(LINE_BREAK),
      correction.says,
      correction.source,
    ]),
  ]);
}

/** The table of adjustments in docs/prices.md. */
export function adjustmentsTable(adjustments: readonly Adjustment[]): string {
  return table([
    ['when', 'cards', 'holds (UTC)', 'then', 'what it is', 'source'],
    ...adjustments.map((adjustment) => [
      conditionOf(adjustment.when),
      adjustment.cards.map((card) => `\`${card}\``).join(LINE_BREAK),
      period(adjustment),
      pricesOf(adjustment).join(LINE_BREAK),
      adjustment.says,
      adjustment.source,
    ]),
  ]);
}

function leadingNames({ names, platform }: Correction): string[] {
  return [
    ...(names === undefined ? [] : [`by ${names.map((name) => `\`${name}\``).join(', ')}`]),
    ...(platform === undefined ? [] : [`on \`${platform}\` alone`]),
  ];
}

function period({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  if (from === null && to === null) return 'always';
  return [from === null ? '' : `from ${instant(from)}`, to === null ? '' : `to ${instant(to)}`]
    .filter(Boolean)
    .join(' ');
}

/** Midnight is the day alone. */
function instant(text: string): string {
  return new Date(text).toISOString().replace('T00:00:00.000Z', '').replace(':00.000Z', '').replace('T', ' ');
}

function hoursOf({ hours }: Correction): string[] {
  if (hours === undefined) return [];
  const days = hours.weekdays?.map((day) => weekdayNames[day] ?? '') ?? [];
  return [`${hours.start} to ${hours.end}${days.length === 0 ? '' : `, ${days.join(', ')}`}`];
}

function pricesOf({ factor, except, rates, longContext }: Adjustment): string[] {
  const times = factor === undefined ? [] : [`× ${factor[1] === 1 ? factor[0] : factor.join('/')}`];
  const exceptions = except === undefined ? [] : [`but ${except.map((bucket) => `\`${bucket}\``).join(', ')}`];
  return [...times, ...exceptions, ...(rates === undefined ? [] : bandsOf(rates, longContext))];
}

function bandsOf(rates: WrittenRates, longContext: readonly LongContext[] = []): string[] {
  const above = longContext.map((band) => `above ${band.aboveInputTokens}: ${ratesOf(band.rates)}`);
  return [ratesOf(rates), ...above].filter((band) => band !== '');
}

function ratesOf(rates: WrittenRates): string {
  return Object.entries(rates)
    .map(([key, usd]) => `${key.replace(/_usd_per_\w+$/, '')} ${usd}`)
    .join(', ');
}

/** `tier: batch`, as spans or the settings say it. */
function conditionOf(when: Condition): string {
  return Object.entries(when)
    .map(([name, value]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: \`${String(value)}\``)
    .join(', ');
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
