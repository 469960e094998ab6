import type { ComponentChildren, JSX } from 'preact';
import { useVirtualRows } from './useVirtualRows.ts';

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** Of columns whose cells say what they are: the head is there to be heard. */
  readonly isHeadHidden?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
  readonly align?: 'start' | 'end';
  readonly sortable?: boolean;
  readonly hideOnPhone?: boolean;
}

interface Props<Row> {
  /** What it lists, for who cannot see where it stands. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** `field` or `-field`, as the API takes it. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}

/** A table as HTML has it. Of a long one only the rows in sight are in the document, between two spacers. */
export function Table<Row>({ caption, columns, rows, rowKey, sort, onSort }: Props<Row>): JSX.Element {
  const { body, first, shown, before, after, isVirtual } = useVirtualRows(rows);
  return (
    <div class="table-box">
      <table {...(isVirtual ? { 'aria-rowcount': rows.length + 1 } : {})}>
        <caption class="vh">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {shown.map((row, index) => (
            <tr key={rowKey(row)} {...(isVirtual ? { 'aria-rowindex': first + index + 2 } : {})}>
              {columns.map((column) => (
                <td key={column.id} class={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<Row>({ align, hideOnPhone }: Column<Row>): string | undefined {
  const names = [...(align === 'end' ? ['num'] : []), ...(hideOnPhone === true ? ['hide-phone'] : [])];
  return names.length === 0 ? undefined : names.join(' ');
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>): JSX.Element {
  const { id, head, sortable = false, isHeadHidden = false } = column;
  if (!sortable || onSort === undefined) {
    return (
      <th scope="col" class={cellClass(column)}>
        {isHeadHidden ? <span class="vh">{head}</span> : head}
      </th>
    );
  }
  const isDescending = sort === `-${id}`;
  const isAscending = sort === id;
  // Figures are asked for from the largest down, and so is what stands in no order yet.
  const next = isDescending ? id : `-${id}`;
  return (
    <th
      scope="col"
      class={cellClass(column)}
      aria-sort={isDescending ? 'descending' : isAscending ? 'ascending' : 'none'}
    >
      <button type="button" class="sort" onClick={() => onSort(next)}>
        {head}
        <span class="sort-mark" aria-hidden="true">
          {isDescending ? ' ↓' : isAscending ? ' ↑' : ''}
        </span>
      </button>
    </th>
  );
}

function Spacer({ height, span }: { readonly height: number; readonly span: number }): JSX.Element {
  return (
    <tr class="spacer" aria-hidden="true">
      <td colSpan={span} height={height}>
        {'\u00a0'}
      </td>
    </tr>
  );
}
