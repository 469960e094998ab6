import './sheet.css';
import type { ComponentChildren, JSX } from 'preact';

interface Props {
  /** What is shown is older than it should be. */
  readonly isStale: boolean;
  readonly children: ComponentChildren;
}

/** The parts of a view below its heading, dimmed where they may be out of date. */
export function Sheet({ isStale, children }: Props): JSX.Element {
  return <div class={isStale ? 'sheet stale' : 'sheet'}>{children}</div>;
}

interface TitleProps {
  /** What kind of thing it is. */
  readonly kind: string;
  /** As somebody named it; null while nobody knows. */
  readonly name: string | null;
}

/** The heading of a view of one thing. It is there from the start, since the focus goes to it. */
export function Title({ kind, name }: TitleProps): JSX.Element {
  return (
    <h1 tabIndex={-1}>
      {kind}{' '}
      {name !== null && (
        <bdi class="one-name" title={name}>
          {name}
        </bdi>
      )}
    </h1>
  );
}
