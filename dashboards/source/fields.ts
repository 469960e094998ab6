import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';

/** How a number is shown. Amounts of many calls have cents; of one call three digits that count, whatever their size. */
export interface Shown {
  readonly unit: string;
  readonly decimals?: number;
  readonly noValue?: string;
}

export const dollars: Shown = { unit: units.Dollars, decimals: 2, noValue: 'no price' };
export const dollarsOfCall: Shown = { unit: units.Dollars, noValue: 'no price' };
export const share: Shown = { unit: units.PercentUnit, decimals: 1, noValue: '–' };
export const count: Shown = { unit: units.LocaleFormat, decimals: 0 };
export const tokens: Shown = { unit: units.Short };
export const milliseconds: Shown = { unit: units.Milliseconds };
export const seconds: Shown = { unit: units.Seconds };
export const instant: Shown = { unit: units.DatetimeISO, noValue: '–' };
/** An amount in the unit that another column names. */
export const amount: Shown = { unit: units.NoUnit };
export const perSecond: Shown = { unit: units.CountsPerSecond };
export const bytes: Shown = { unit: units.BytesIEC };

export interface Link {
  readonly title: string;
  readonly url: string;
  readonly targetBlank?: boolean;
}

export interface Column {
  readonly name: string;
  readonly shown?: Shown;
  readonly width?: number;
  readonly links?: readonly Link[];
  /** Needed by links, not worth a column. */
  readonly isHidden?: boolean;
  /** A bar in the cell, from 0 to 1. */
  readonly isGauge?: boolean;
}

export function propertiesOf({ shown, width, links, isHidden, isGauge }: Column): DynamicConfigValue[] {
  const properties: DynamicConfigValue[] = [];
  if (shown !== undefined) properties.push(...shownProperties(shown));
  if (width !== undefined) properties.push({ id: 'custom.width', value: width });
  if (links !== undefined) properties.push({ id: 'links', value: links });
  if (isHidden === true) properties.push({ id: 'custom.hideFrom', value: { viz: true } });
  if (isGauge === true) {
    properties.push({ id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } });
    properties.push({ id: 'min', value: 0 }, { id: 'max', value: 1 });
  }
  return properties;
}

function shownProperties({ unit, decimals, noValue }: Shown): DynamicConfigValue[] {
  const properties: DynamicConfigValue[] = [{ id: 'unit', value: unit }];
  if (decimals !== undefined) properties.push({ id: 'decimals', value: decimals });
  if (noValue !== undefined) properties.push({ id: 'noValue', value: noValue });
  return properties;
}
