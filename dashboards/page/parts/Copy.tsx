import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

const SAID_MS = 2_000;

/** Puts a text on the clipboard, and says so. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [said, setSaid] = useState<'copied' | 'could not copy' | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      setSaid('could not copy');
    }
    setTimeout(() => setSaid(null), SAID_MS);
  };
  return (
    <button type="button" class="copy" aria-label={label} title={label} onClick={() => void copy()}>
      <span aria-live="polite">{said ?? 'copy'}</span>
    </button>
  );
}
