import type { ComponentChildren, JSX } from 'preact';

interface Props {
  readonly kind?: 'primary' | 'quiet' | 'danger' | 'plain';
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  readonly onClick?: () => void;
  /** Where its text alone does not say it. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

export function Button({
  kind = 'plain',
  type = 'button',
  disabled = false,
  onClick,
  label,
  children,
}: Props): JSX.Element {
  return (
    <button
      type={type === 'submit' ? 'submit' : 'button'}
      class={`button ${kind}`}
      disabled={disabled}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(onClick === undefined ? {} : { onClick: () => onClick() })}
    >
      {children}
    </button>
  );
}
