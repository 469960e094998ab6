import type { JSX } from 'preact';
import { Button } from './Button.tsx';

interface Props {
  readonly onMore: () => void;
  readonly hasMore: boolean;
}

export function More({ onMore, hasMore }: Props): JSX.Element | null {
  if (!hasMore) return null;
  return (
    <div class="more-rows">
      <Button onClick={onMore}>Show more</Button>
    </div>
  );
}
