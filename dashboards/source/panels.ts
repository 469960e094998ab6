import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  PanelBuilder as BasePanelBuilder,
  type DataTransformerConfig,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { type Column, type Link, propertiesOf, type Shown } from './fields.ts';
import { postgres } from './query.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface PanelSpec {
  /** Of the dashboard: links to a panel name it, so it stays when panels move. */
  readonly id: number;
  readonly title: string;
  /** What is counted, and what is left out. */
  readonly description: string;
  readonly at: Place;
  readonly targets: readonly cog.Builder<cog.Dataquery>[];
  readonly datasource?: { readonly type: string; readonly uid: string };
}

export type BuiltPanel = cog.Builder<Panel>;

interface CommonBuilder {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  gridPos(at: Place): this;
  datasource(source: { type: string; uid: string }): this;
  targets(targets: cog.Builder<cog.Dataquery>[]): this;
}

function begin<B extends CommonBuilder>(builder: B, spec: PanelSpec): B {
  return builder
    .id(spec.id)
    .title(spec.title)
    .description(spec.description)
    .gridPos(spec.at)
    .datasource(spec.datasource ?? postgres)
    .targets([...spec.targets]);
}

interface FieldBuilder {
  unit(unit: string): this;
  decimals(decimals: number): this;
  noValue(text: string): this;
}

function show<B extends FieldBuilder>(builder: B, { unit, decimals, noValue }: Shown): B {
  builder.unit(unit);
  if (decimals !== undefined) builder.decimals(decimals);
  if (noValue !== undefined) builder.noValue(noValue);
  return builder;
}

const color = (mode: FieldColorModeId): FieldColorBuilder => new FieldColorBuilder().mode(mode);
const steps = (list: readonly Threshold[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...list]);

/** Neither good nor bad: most amounts have no colour. */
const plain: readonly Threshold[] = [{ value: null, color: 'text' }];
export const warnAbove = (value: number): Threshold[] => [
  { value: null, color: 'text' },
  { value, color: 'orange' },
];
export const used: readonly Threshold[] = [
  { value: null, color: 'green' },
  { value: 0.8, color: 'orange' },
  { value: 1, color: 'red' },
];

interface StatSpec extends PanelSpec {
  readonly shown: Shown;
  readonly columns?: readonly Column[];
  readonly thresholds?: readonly Threshold[];
  readonly links?: readonly Link[];
}

/** A number for each column of the only row, or the last of each series. */
export function statPanel(spec: StatSpec): BuiltPanel {
  const panel = show(begin(new stat.PanelBuilder(), spec), spec.shown)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('/.*/'))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(BigValueTextMode.Auto)
    .colorScheme(color(FieldColorModeId.Thresholds))
    .thresholds(steps(spec.thresholds ?? plain));
  for (const column of spec.columns ?? []) panel.overrideByName(column.name, propertiesOf(column));
  if (spec.links !== undefined) panel.withOverride(linksOfAll(spec.links));
  return panel;
}

const linksOfAll = (links: readonly Link[]) => ({
  matcher: { id: 'byRegexp', options: '/.*/' },
  properties: [{ id: 'links', value: links }],
});

interface SeriesSpec extends PanelSpec {
  readonly shown: Shown;
  readonly columns?: readonly Column[];
  readonly isStacked?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** Sums over periods are bars: an area suggests values between its points. */
export function barsPanel(spec: SeriesSpec): BuiltPanel {
  const panel = series(spec)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(85)
    .lineWidth(0)
    .showPoints(VisibilityMode.Never)
    .barWidthFactor(0.85);
  if (spec.isStacked !== false) {
    panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  }
  return panel;
}

/** Rates, prices and durations: what has a value at each moment. A gap stays a gap. */
export function linesPanel(spec: SeriesSpec): BuiltPanel {
  return series(spec)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(0)
    .lineWidth(2)
    .showPoints(VisibilityMode.Auto)
    .pointSize(4)
    .spanNulls(false);
}

function series(spec: SeriesSpec): timeseries.PanelBuilder {
  const panel = show(begin(new timeseries.PanelBuilder(), spec), spec.shown)
    .min(spec.min ?? 0)
    .colorScheme(color(FieldColorModeId.PaletteClassicByName))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (spec.max !== undefined) panel.max(spec.max);
  for (const column of spec.columns ?? []) panel.overrideByName(column.name, propertiesOf(column));
  return panel;
}

interface TableSpec extends PanelSpec {
  readonly columns: readonly Column[];
  readonly noValue?: string;
}

export function tablePanel(spec: TableSpec): BuiltPanel {
  const panel = begin(new table.PanelBuilder(), spec)
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .filterable(true)
    .colorScheme(color(FieldColorModeId.Thresholds))
    .thresholds(steps(plain));
  if (spec.noValue !== undefined) panel.noValue(spec.noValue);
  for (const column of spec.columns) panel.overrideByName(column.name, propertiesOf(column));
  const built = panel.build();
  // The SDK writes it; since Grafana 12 the footer belongs to the fields.
  const { footer: _, ...options } = built.options as Readonly<Record<string, unknown>>;
  return { build: () => ({ ...built, options }) };
}

interface GaugeSpec extends PanelSpec {
  readonly shown: Shown;
  readonly thresholds?: readonly Threshold[];
  readonly max?: number;
  readonly links?: readonly Link[];
}

/** A bar for each row: a text column `metric`, and a number `value`. */
export function gaugePanel(spec: GaugeSpec): BuiltPanel {
  const panel = show(begin(new bargauge.PanelBuilder(), spec), spec.shown)
    .reduceOptions(new ReduceDataOptionsBuilder().values(true).calcs([]).fields('/^value$/'))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(false)
    .min(0)
    .colorScheme(color(FieldColorModeId.Thresholds))
    .thresholds(steps(spec.thresholds ?? [{ value: null, color: 'blue' }]));
  if (spec.max !== undefined) panel.max(spec.max);
  if (spec.links !== undefined) panel.withOverride(linksOfAll(spec.links));
  return panel;
}

interface TracesSpec extends PanelSpec {
  readonly transformations: readonly DataTransformerConfig[];
}

/** The SDK has no builder for it; it has no options either. */
export function tracesPanel(spec: TracesSpec): BuiltPanel {
  return begin(new BasePanelBuilder().type('traces'), spec).transformations([...spec.transformations]);
}
