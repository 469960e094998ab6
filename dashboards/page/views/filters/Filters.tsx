import '../sheet.css';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { dimensionWord, type Filter, withFilter, withoutFilter } from '../../model/filters.ts';
import { Button } from '../../parts/Button.tsx';
import { Chip } from '../../parts/Chip.tsx';
import { AddFilter } from './AddFilter.tsx';

interface Props {
  readonly filters: readonly Filter[];
  readonly onChange: (filters: readonly Filter[]) => void;
  /** Dimensions that the view itself fixes, such as the session on a session's page. */
  readonly except?: readonly string[];
}

/** What the view is narrowed to, each part removable, and the way to narrow it further. */
export function Filters({ filters, onChange, except = [] }: Props): JSX.Element {
  const [isAdding, setIsAdding] = useState(false);
  const opener = useRef<HTMLDivElement | null>(null);
  const close = (): void => {
    setIsAdding(false);
    opener.current?.querySelector('button')?.focus();
  };
  return (
    <fieldset class="filters">
      <legend class="vh">Filters</legend>
      {filters.map((filter) => (
        <Chip
          key={`${filter.dimension}=${filter.value}`}
          label={dimensionWord(filter.dimension)}
          value={filter.value}
          onRemove={() => onChange(withoutFilter(filters, filter))}
        />
      ))}
      {isAdding ? (
        <AddFilter
          except={except}
          filters={filters}
          onAdd={(filter) => {
            onChange(withFilter(filters, filter));
            close();
          }}
          onCancel={close}
        />
      ) : (
        <div ref={opener} class="filters-add">
          <Button kind="quiet" onClick={() => setIsAdding(true)}>
            Add a filter
          </Button>
          {filters.length > 1 && (
            <Button kind="quiet" onClick={() => onChange([])}>
              Remove all
            </Button>
          )}
        </div>
      )}
    </fieldset>
  );
}
