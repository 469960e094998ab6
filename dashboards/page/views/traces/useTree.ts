import { useEffect, useState } from 'preact/hooks';
import { treeMove, type WaterfallRow } from '../../model/waterfall.ts';

interface TreeOptions<Span> {
  readonly rows: readonly WaterfallRow<Span>[];
  readonly selected: string | null;
  readonly reveal: (at: number) => void;
  readonly onToggle: (key: string) => void;
  readonly onSelect: (row: WaterfallRow<Span>) => void;
}

interface Tree {
  /** The row that keys move from. */
  readonly active: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
}

/** Keys and clicks of a treegrid whose rows carry their number in `data-row`, and their expander `data-toggle`. */
export function useTree<Span>({ rows, selected, reveal, onToggle, onSelect }: TreeOptions<Span>): Tree {
  const [activeKey, setActiveKey] = useState(selected);
  const [isShown, setIsShown] = useState(false);
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === activeKey),
  );

  // The span that the address names is brought into view when the trace is first shown, and not again.
  useEffect(() => {
    if (isShown) return;
    setIsShown(true);
    if (active > 0) reveal(active);
  }, [isShown, active, reveal]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[active];
    const move = treeMove(rows, active, event.key);
    if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) onSelect(row);
    else if (move === null) return;
    else if ('toggle' in move) onToggle(move.toggle);
    else {
      setActiveKey(rows[move.focus]?.key ?? null);
      reveal(move.focus);
    }
    event.preventDefault();
  };

  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const row = rows[Number(target?.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? Number.NaN)];
    if (row === undefined) return;
    setActiveKey(row.key);
    if (target?.closest('[data-toggle]') != null && row.isExpanded !== null) onToggle(row.key);
    else onSelect(row);
  };

  return { active, onKeyDown, onClick };
}
