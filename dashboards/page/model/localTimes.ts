import { formatHour } from '../format/times.ts';

/** As Tollgate writes instants into its messages: UTC, to the second or finer. */
const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z/g;

/** A message with its instants as the viewer's clock has them: "until 23 Nov 01:00". */
export function withLocalTimes(message: string, zone?: string): string {
  return message.replace(INSTANT, (instant) =>
    Number.isNaN(Date.parse(instant)) ? instant : formatHour(instant, zone),
  );
}
