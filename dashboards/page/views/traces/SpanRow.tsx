/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- a treegrid is a table to look at; on a phone its rows are laid out as grids, and browsers then drop the roles that its elements have of themselves */
import type { JSX } from 'preact';
import type { Span } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { chargeWords } from '../../model/callWords.ts';
import { barOf, type TimeSpan, type WaterfallRow } from '../../model/waterfall.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { ChargeMark } from './ChargeMark.tsx';

/** A tree deeper than this is indented no further, or nothing would be left for the names. */
const INDENT_LEVELS_MAX = 12;
const INDENT_PX = 14;
const BAR_UNITS = 1000;
const LEAST_BAR_UNITS = 4;

interface Props {
  readonly id: string;
  readonly row: WaterfallRow<Span>;
  readonly at: number;
  readonly time: TimeSpan;
  /** Whether a call is charged here or below: without one there is no sum, not a sum of 0. */
  readonly hasCharged: boolean;
  readonly isActive: boolean;
  readonly isSelected: boolean;
}

export function SpanRow({ id, row, at, time, hasCharged, isActive, isSelected }: Props): JSX.Element {
  const { span, level, position, setSize, isExpanded } = row;
  return (
    <tr
      id={id}
      role="row"
      data-row={at}
      class={isActive ? 'active' : undefined}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={setSize}
      aria-rowindex={at + 2}
      aria-expanded={isExpanded ?? undefined}
      aria-selected={isSelected}
    >
      <td role="gridcell" class="span-name">
        <SpanName span={span} level={level} isExpanded={isExpanded} />
      </td>
      <td role="gridcell" class="span-charge">
        {span.charge !== null && <ChargeMark charge={span.charge} title={chargeWords(span)} />}
      </td>
      <td role="gridcell" class="num span-own">
        <OwnCost span={span} />
      </td>
      <td role="gridcell" class="num span-below">
        {hasCharged && <MoneyCell usd={span.subtree_cost_usd} />}
      </td>
      <td role="gridcell" class="num span-took">
        {formatDuration(span.duration_ms)}
      </td>
      <td role="gridcell" class="span-time">
        <Bar span={span} time={time} />
      </td>
    </tr>
  );
}

function SpanName({
  span,
  level,
  isExpanded,
}: {
  readonly span: Span;
  readonly level: number;
  readonly isExpanded: boolean | null;
}): JSX.Element {
  const indent = Math.min(level - 1, INDENT_LEVELS_MAX) * INDENT_PX;
  return (
    <span class="span-line" style={{ paddingLeft: `${indent}px` }}>
      <span class={isExpanded === null ? 'twisty none' : 'twisty'} data-toggle="" aria-hidden="true">
        {isExpanded !== null && (
          <svg viewBox="0 0 10 10" width="10" height="10">
            <path d={isExpanded ? 'M1 3l4 4 4-4' : 'M3 1l4 4-4 4'} />
          </svg>
        )}
      </span>
      <bdi class="span-text" title={span.name}>
        {span.name === '' ? '(no name)' : span.name}
      </bdi>
      {span.status === 'error' && <span class="span-error">▲ error</span>}
      {span.parent_missing && (
        <span class="span-missing" title="The span above it is not here">
          parent missing
        </span>
      )}
    </span>
  );
}

/** Of a span that is no call there is no cost to state; of a call that is not charged it is shown, but struck. */
function OwnCost({ span }: { readonly span: Span }): JSX.Element | null {
  if (span.charge === null) return null;
  if (span.charge === 'charged' || span.cost_usd === null) return <MoneyCell usd={span.cost_usd} />;
  return (
    <span class="not-counted" title="In no sum">
      <span class="vh">not counted: </span>
      <MoneyCell usd={span.cost_usd} />
    </span>
  );
}

function Bar({ span, time }: { readonly span: Span; readonly time: TimeSpan }): JSX.Element {
  const { from, length } = barOf(span, time);
  const isCall = span.charge !== null;
  return (
    <svg class="bar" viewBox={`0 0 ${BAR_UNITS} 10`} preserveAspectRatio="none" aria-hidden="true">
      <rect
        class={`bar-${span.charge ?? 'plain'}`}
        x={Math.min(from * BAR_UNITS, BAR_UNITS - LEAST_BAR_UNITS)}
        width={Math.max(length * BAR_UNITS, LEAST_BAR_UNITS)}
        y={isCall ? 1 : 3.5}
        height={isCall ? 8 : 3}
      />
    </svg>
  );
}
