import type { ComponentChildren, JSX } from 'preact';

/** A list of names and what they are; a fact that nobody gave says so. */
export function Facts({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <dl class="facts" aria-label={label}>
      {children}
    </dl>
  );
}

export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  const isMissing = children === null || children === undefined || children === '';
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        {isMissing ? <span class="mut">(none)</span> : typeof children === 'string' ? <bdi>{children}</bdi> : children}
      </dd>
    </div>
  );
}
