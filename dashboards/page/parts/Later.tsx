import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from './Button.tsx';
import { Waiting } from './State.tsx';

/** A part of the page's code that is not in the first file. */
export interface Part<T> {
  /** Null until it is here. */
  readonly now: () => T | null;
  readonly load: () => Promise<T>;
}

export function partOf<T>(load: () => Promise<T>): Part<T> {
  let loaded: T | null = null;
  return { now: () => loaded, load: async () => (loaded ??= await load()) };
}

interface Props<T> {
  readonly part: Part<T>;
  readonly children: (loaded: T) => JSX.Element;
}

/** Draws with a part of the code: at once where it is here, else when it has come. */
export function Later<T>({ part, children }: Props<T>): JSX.Element {
  // Of which part: another one may take its place here.
  const [outcome, setOutcome] = useState<{ readonly of: Part<T>; readonly isHere: boolean } | null>(null);
  const now = part.now();
  useEffect(() => {
    part.load().then(
      () => setOutcome({ of: part, isHere: true }),
      () => setOutcome({ of: part, isHere: false }),
    );
  }, [part]);
  if (now !== null) return children(now);
  if (outcome?.of === part && !outcome.isHere) {
    return (
      <div class="fault" role="alert">
        <p>
          <strong>▲ A part of this page could not be loaded.</strong> Tollgate is out of reach, or it is another version
          by now.
        </p>
        <Button onClick={() => location.reload()}>Load the page again</Button>
      </div>
    );
  }
  return <Waiting />;
}
