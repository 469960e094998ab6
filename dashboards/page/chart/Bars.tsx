import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { labelledBars, tickText, valueTicks } from './scale.ts';
import { highest, type StackedBarsProps } from './barsProps.ts';
import { type Layer, layersOf } from './stack.ts';
import { formatBar, formatFigure, formatTicks, STEP_MIN, type Unit, unfinishedBar } from './units.ts';
import { useWidth } from './useWidth.ts';

interface Props extends StackedBarsProps {
  readonly unit: Unit;
  readonly sums: readonly (string | null)[];
  readonly colours: ReadonlyMap<string, string>;
  readonly cursor: number | null;
  readonly onCursor: (at: number | null) => void;
  /** The series that the legend points at. */
  readonly alone: string | null;
}

const HEIGHT = 260;
const PHONE_HEIGHT = 200;
const PHONE_WIDTH = 560;
const TOP = 12;
const BOTTOM = 24;
const LABEL_APART = 76;
/** Of a bar's place, what the bar takes. */
const BAR_SHARE = 0.72;
const BAR_WIDTH_MAX = 56;

export function Bars(props: Props): JSX.Element {
  const { starts, sums, before, title, unit, interval } = props;
  const unfinished = unfinishedBar(starts, interval);
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = width < PHONE_WIDTH ? PHONE_HEIGHT : HEIGHT;
  const figures = [...sums, ...(before ?? [])].map((figure) => Number(figure ?? 0));
  const ticks = valueTicks(Math.max(...figures, 0), width < PHONE_WIDTH ? 3 : 5, STEP_MIN[unit]);
  const labels = formatTicks(ticks.map(tickText), unit);
  const left = 12 + Math.max(...labels.map((label) => label.length)) * 6.6;
  const place = (width - left) / Math.max(1, starts.length);
  const max = ticks.at(-1) ?? 1;
  return (
    <div ref={ref} class="chart">
      <svg width={width} height={TOP + height + BOTTOM} role="img" aria-label={`${title}. ${highest(sums, props)}`}>
        <g transform={`translate(0 ${TOP})`}>
          <Grid ticks={ticks} labels={labels} left={left} width={width} height={height} />
          <Columns {...props} {...{ place, left, height, max, unfinished }} />
          <TimeLabels {...props} {...{ place, left, height, width, unfinished }} />
        </g>
      </svg>
      <Cursor {...props} placeOf={(x) => Math.floor((x - left) / place)} />
    </div>
  );
}

/** Over the whole chart and not to be seen: what moves along it with the arrow keys or under the pointer, and says what is there. */
function Cursor(props: Props & { readonly placeOf: (x: number) => number }): JSX.Element | null {
  const { starts, sums, title, unit, interval, cursor, onCursor, placeOf } = props;
  const last = starts.length - 1;
  if (last < 0) return null;
  const at = cursor ?? last;
  return (
    <input
      type="range"
      class="chart-cursor"
      min={0}
      max={last}
      value={at}
      aria-label={`${title}, ${interval} by ${interval}`}
      aria-valuetext={`${formatBar(starts[at] ?? '', interval)}: ${formatFigure(sums[at] ?? null, unit)}`}
      onFocus={() => onCursor(at)}
      onInput={(event) => onCursor(Number(event.currentTarget.value))}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCursor(null);
      }}
      onBlur={() => onCursor(null)}
      onPointerMove={(event) => {
        const pointed = placeOf(event.clientX - event.currentTarget.getBoundingClientRect().left);
        onCursor(pointed >= 0 && pointed <= last ? pointed : null);
      }}
      onPointerLeave={() => onCursor(null)}
    />
  );
}

interface GridProps {
  readonly ticks: readonly number[];
  readonly labels: readonly string[];
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

function Grid({ ticks, labels, left, width, height }: GridProps): JSX.Element {
  const max = ticks.at(-1) ?? 1;
  return (
    <g aria-hidden="true">
      {ticks.map((tick, index) => {
        const y = height - (tick / max) * height;
        return (
          <g key={tick}>
            <line class={tick === 0 ? 'chart-base' : 'chart-grid'} x1={left} x2={width} y1={y} y2={y} />
            <text class="chart-tick" x={left - 8} y={y + 4} text-anchor="end">
              {labels[index]}
            </text>
          </g>
        );
      })}
    </g>
  );
}

interface PlaceProps extends Props {
  readonly place: number;
  readonly left: number;
  readonly height: number;
  /** The bar that is not over yet. */
  readonly unfinished: number | null;
}

function Columns(props: PlaceProps & { readonly max: number }): JSX.Element {
  const { series, starts, place, left, height, max, before, unfinished, cursor } = props;
  const hatch = useId();
  const barWidth = Math.min(BAR_WIDTH_MAX, Math.max(1, place * BAR_SHARE));
  return (
    <g>
      <defs>
        <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line class="chart-hatch" x1="0" x2="0" y1="0" y2="5" />
        </pattern>
      </defs>
      {starts.map((start, at) => {
        const x = left + at * place + (place - barWidth) / 2;
        const layers = layersOf(series, at, max, height);
        const was = Number(before?.[at] ?? 0);
        const wasY = height - (was / max) * height;
        return (
          <g key={start}>
            {cursor === at && <rect class="chart-here" x={left + at * place} y="0" width={place} height={height} />}
            <Layers {...props} layers={layers} x={x} barWidth={barWidth} />
            {at === unfinished && <Hatched layers={layers} x={x} barWidth={barWidth} pattern={hatch} />}
            {was > 0 && <line class="chart-before" x1={x - 2} x2={x + barWidth + 2} y1={wasY} y2={wasY} />}
          </g>
        );
      })}
    </g>
  );
}

interface LayersProps {
  readonly layers: readonly Layer[];
  readonly x: number;
  readonly barWidth: number;
}

function Layers({ layers, x, barWidth, colours, alone }: LayersProps & Pick<Props, 'colours' | 'alone'>): JSX.Element {
  return (
    <>
      {layers.map(({ name, y, height }) => (
        <rect
          key={name}
          class={`${colours.get(name) ?? 'c-other'}${alone !== null && alone !== name ? ' faded' : ''}`}
          x={x}
          y={y}
          width={barWidth}
          height={height}
        />
      ))}
    </>
  );
}

function Hatched({ layers, x, barWidth, pattern }: LayersProps & { readonly pattern: string }): JSX.Element {
  return (
    <>
      {layers.map(({ name, y, height }) => (
        <rect key={name} fill={`url(#${pattern})`} x={x} y={y} width={barWidth} height={height} />
      ))}
    </>
  );
}

const UNFINISHED_WORDS = { hour: 'now', day: 'today', week: 'this week', month: 'this month' } as const;

function TimeLabels(props: PlaceProps & { readonly width: number }): JSX.Element {
  const { starts, interval, place, left, height, width, unfinished } = props;
  const shown = labelledBars(starts.length, width - left, LABEL_APART);
  const isFree = (at: number): boolean => unfinished === null || Math.abs(unfinished - at) * place >= LABEL_APART;
  const labels = [...shown.filter(isFree), ...(unfinished === null ? [] : [unfinished])];
  return (
    <g aria-hidden="true">
      {labels.map((at) => {
        const isNow = at === unfinished;
        const middle = left + (at + 0.5) * place;
        const isAtEdge = middle > width - LABEL_APART / 2;
        return (
          <text
            key={at}
            class={isNow ? 'chart-tick here' : 'chart-tick'}
            x={isAtEdge ? width : middle}
            y={height + 18}
            text-anchor={isAtEdge ? 'end' : at === 0 && place < LABEL_APART ? 'start' : 'middle'}
          >
            {isNow ? UNFINISHED_WORDS[interval] : formatBar(starts[at] ?? '', interval)}
          </text>
        );
      })}
    </g>
  );
}
