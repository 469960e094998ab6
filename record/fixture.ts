import type { RecordedExport } from './otlpReceiver.ts';
import type { Bill } from './provider/bills.ts';

/** What one recording leaves in `test/fixtures/recorded/`. */
export interface Fixture {
  readonly source: string;
  readonly scenario: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly recordedBy: string;
  readonly exports: readonly RecordedExport[];
  readonly bills: readonly Bill[];
}

/** The lists whose items stand on lines of their own: a change of one span is a change of one line. */
const listsByLine = new Set([
  'exports',
  'bills',
  'resourceSpans',
  'resourceLogs',
  'scopeSpans',
  'scopeLogs',
  'spans',
  'logRecords',
]);

export function formatFixture(fixture: Fixture): string {
  return `${format(fixture, '', true)}\n`;
}

function format(value: unknown, indent: string, byLine: boolean): string {
  if (!byLine || typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item: unknown) => inner + format(item, inner, holdsList(item))).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${format(item, inner, listsByLine.has(key) || holdsList(item))}`,
  );
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

const holdsList = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, item]) => listsByLine.has(key) || (key === 'request' && holdsList(item)));
