const MS_PER_DAY = 86_400_000;
const NANO_PER_MS = 1_000_000n;

/** How far ahead a sender's clock may be. */
const FUTURE_MAX_MS = MS_PER_DAY;

type NotAdmitted = 'too_old' | 'closed' | 'in_future';

export interface Admitted<Item> {
  readonly items: readonly Item[];
  readonly refused: Readonly<Record<NotAdmitted, number>>;
}

/**
 * Leaves out what started more than `retentionDays` before now, whose partition and so whose record of having been charged
 * may be gone, what started before `closedBeforeMs`, of whose days it is gone (a replica with a shorter retention closed them),
 * and what starts more than a day from now. The limits themselves are inside.
 */
export function admit<Item extends { readonly startUnixNano: bigint }>(
  items: readonly Item[],
  nowMs: number,
  retentionDays: number,
  closedBeforeMs: number,
): Admitted<Item> {
  const earliest = BigInt(nowMs - retentionDays * MS_PER_DAY) * NANO_PER_MS;
  const closedBefore = BigInt(closedBeforeMs) * NANO_PER_MS;
  const latest = BigInt(nowMs + FUTURE_MAX_MS) * NANO_PER_MS;
  const refused = { too_old: 0, closed: 0, in_future: 0 };
  const admitted = items.filter(({ startUnixNano }) => {
    if (startUnixNano < earliest) refused.too_old += 1;
    else if (startUnixNano < closedBefore) refused.closed += 1;
    else if (startUnixNano > latest) refused.in_future += 1;
    else return true;
    return false;
  });
  return { items: admitted, refused };
}

/** What `partial_success` says of them; nothing where all were admitted. */
export function explainRefused({ refused }: Admitted<unknown>, retentionDays: number): readonly string[] {
  const texts: string[] = [];
  if (refused.too_old > 0)
    texts.push(`started more than ${retentionDays} days ago (retention_days): ${refused.too_old}`);
  if (refused.closed > 0) texts.push(`started on a day whose books retention has closed: ${refused.closed}`);
  if (refused.in_future > 0) texts.push(`start more than a day in the future: ${refused.in_future}`);
  return texts;
}
