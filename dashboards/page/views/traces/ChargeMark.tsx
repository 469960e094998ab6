import type { JSX } from 'preact';

const words: Readonly<Record<string, string>> = {
  charged: 'charged',
  duplicate: 'duplicate',
  container: 'container',
  pending: 'pending',
};

/** What became of a call, by shape and by word: a disc is charged, a ring a copy, a frame a container, a half disc waits. */
export function ChargeMark({ charge, title }: { readonly charge: string; readonly title?: string }): JSX.Element {
  return (
    <span class={`charge charge-${words[charge] === undefined ? 'unknown' : charge}`} title={title}>
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
        <Shape charge={charge} />
      </svg>
      {words[charge] ?? charge}
    </span>
  );
}

function Shape({ charge }: { readonly charge: string }): JSX.Element {
  switch (charge) {
    case 'charged':
      return <circle class="solid" cx="5" cy="5" r="4" />;
    case 'duplicate':
      return <circle class="hollow" cx="5" cy="5" r="3.5" />;
    case 'container':
      return <rect class="hollow" x="1.5" y="1.5" width="7" height="7" />;
    default:
      return (
        <>
          <circle class="hollow" cx="5" cy="5" r="3.5" />
          <path class="solid" d="M5 1.5a3.5 3.5 0 0 1 0 7z" />
        </>
      );
  }
}
