/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role, jsx-a11y/no-noninteractive-element-to-interactive-role -- a treegrid is a table to look at; on a phone its rows are laid out as grids, and browsers then drop the roles that its elements have of themselves */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Span } from '../../answers.ts';
import { keysWithCharged, type TimeSpan, type WaterfallRow, waterfallRows } from '../../model/waterfall.ts';
import { SpanRow } from './SpanRow.tsx';
import { TimeAxis } from './TimeAxis.tsx';
import { useTree } from './useTree.ts';
import { useWindow } from './useWindow.ts';

/** A trace with fewer rows is drawn whole, so that the browser's own search finds every span. */
const VIRTUAL_ABOVE = 200;
/** As the style sheet has them. */
const ROW_PX = 36;
const PHONE_ROW_PX = 60;
const HEAD_PX = 32;
const PHONE_QUERY = '(max-width: 560px)';

interface Props {
  readonly roots: readonly Span[];
  readonly time: TimeSpan;
  readonly collapsed: ReadonlySet<string>;
  readonly onToggle: (key: string) => void;
  /** Key of the span whose details show. */
  readonly selected: string | null;
  readonly onSelect: (row: WaterfallRow<Span>) => void;
}

/** The tree of a trace against its time: a treegrid whose focus stays on the grid, the active row being told by its id. */
export function Waterfall({ roots, time, collapsed, onToggle, selected, onSelect }: Props): JSX.Element {
  const rows = useMemo(() => waterfallRows(roots, collapsed), [roots, collapsed]);
  const withCharged = useMemo(() => keysWithCharged(roots), [roots]);
  const rowPx = usePhone() ? PHONE_ROW_PX : ROW_PX;
  const { box, first, end, reveal } = useWindow(rows.length, rowPx, HEAD_PX);
  const { active, onKeyDown, onClick } = useTree({ rows, selected, reveal, onToggle, onSelect });
  const isVirtual = rows.length > VIRTUAL_ABOVE;
  const [from, to] = isVirtual ? [first, end] : [0, rows.length];

  return (
    <div class="waterfall-box" ref={box}>
      <table
        class="waterfall"
        role="treegrid"
        aria-label="Spans of the trace with their costs"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={active >= from && active < to ? rowId(active) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <Head lengthMs={time.lengthMs} />
        <tbody role="rowgroup">
          <Spacer rows={from} rowPx={rowPx} />
          {rows.slice(from, to).map((row, at) => (
            <SpanRow
              key={row.key}
              id={rowId(from + at)}
              row={row}
              at={from + at}
              time={time}
              hasCharged={withCharged.has(row.key)}
              isActive={from + at === active}
              isSelected={row.key === selected}
            />
          ))}
          <Spacer rows={rows.length - to} rowPx={rowPx} />
        </tbody>
      </table>
    </div>
  );
}

function Head({ lengthMs }: { readonly lengthMs: number }): JSX.Element {
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        <th role="columnheader">Span</th>
        <th role="columnheader">Charge</th>
        <th role="columnheader" class="num">
          Own cost
        </th>
        <th role="columnheader" class="num">
          With below
        </th>
        <th role="columnheader" class="num">
          Took
        </th>
        <th role="columnheader" class="time-head">
          <TimeAxis lengthMs={lengthMs} />
        </th>
      </tr>
    </thead>
  );
}

const rowId = (at: number): string => `span-row-${at}`;

function Spacer({ rows, rowPx }: { readonly rows: number; readonly rowPx: number }): JSX.Element | null {
  if (rows <= 0) return null;
  return (
    <tr role="presentation" aria-hidden="true" class="spacer">
      <td colSpan={6} style={{ height: `${rows * rowPx}px` }} />
    </tr>
  );
}

function usePhone(): boolean {
  const [isPhone, setIsPhone] = useState(() => matchMedia(PHONE_QUERY).matches);
  useEffect(() => {
    const query = matchMedia(PHONE_QUERY);
    const update = (): void => setIsPhone(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  return isPhone;
}
