import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Span } from '../../answers.ts';
import { keysWithCharged, type TimeSpan, treeMove, type WaterfallRow, waterfallRows } from '../../model/waterfall.ts';
import { SpanRow } from './SpanRow.tsx';
import { TimeAxis } from './TimeAxis.tsx';
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
  const [activeKey, setActiveKey] = useState<string | null>(selected);
  const isVirtual = rows.length > VIRTUAL_ABOVE;
  const [from, to] = isVirtual ? [first, end] : [0, rows.length];
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === activeKey),
  );

  useRevealOnce(rows, selected, reveal);

  const focus = (at: number): void => {
    setActiveKey(rows[at]?.key ?? null);
    reveal(at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[active];
    if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) onSelect(row);
    else {
      const move = treeMove(rows, active, event.key);
      if (move === null) return;
      if ('toggle' in move) onToggle(move.toggle);
      else focus(move.focus);
    }
    event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const at = Number(target?.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? Number.NaN);
    const row = rows[at];
    if (row === undefined) return;
    setActiveKey(row.key);
    if (target?.closest('[data-toggle]') != null) onToggle(row.key);
    else onSelect(row);
  };

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
              <TimeAxis lengthMs={time.lengthMs} />
            </th>
          </tr>
        </thead>
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

const rowId = (at: number): string => `span-row-${at}`;

function Spacer({ rows, rowPx }: { readonly rows: number; readonly rowPx: number }): JSX.Element | null {
  if (rows <= 0) return null;
  return (
    <tr role="presentation" aria-hidden="true" class="spacer">
      <td colSpan={6} style={{ height: `${rows * rowPx}px` }} />
    </tr>
  );
}

/** Brings the span that the address names into view when the trace is first shown. */
function useRevealOnce(
  rows: readonly WaterfallRow<Span>[],
  selected: string | null,
  reveal: (at: number) => void,
): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    const at = rows.findIndex(({ key }) => key === selected);
    if (at > 0) reveal(at);
  }, [rows, selected, reveal]);
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
