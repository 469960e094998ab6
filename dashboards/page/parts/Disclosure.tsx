import type { ComponentChildren, JSX } from 'preact';

/** More, for who wants it. */
export function Disclosure({
  summary,
  children,
}: {
  readonly summary: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="more">
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
