/** What of a trace its opening sentence says. */
export interface TraceFacts {
  readonly cost_usd: string | null;
  readonly charges: {
    readonly charged: number;
    readonly duplicate: number;
    readonly container: number;
    readonly pending: number;
    readonly charged_elsewhere: number;
  };
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${new Intl.NumberFormat('en-US').format(count)} ${count === 1 ? one : many}`;

export function callCount({ charges }: TraceFacts): string {
  return plural(charges.charged, 'charged call');
}

/** What is in the trace and in no sum, as a sentence; null where all calls are charged. */
export function notCharged({ charges }: TraceFacts): string | null {
  const here = charges.duplicate - charges.charged_elsewhere;
  const parts = [
    ...(here > 0 ? [plural(here, 'copy of a call that is charged here', 'copies of calls that are charged here')] : []),
    ...(charges.charged_elsewhere > 0
      ? [plural(charges.charged_elsewhere, 'copy of a call in another trace', 'copies of calls in other traces')]
      : []),
    ...(charges.container > 0 ? [plural(charges.container, 'container')] : []),
    ...(charges.pending > 0 ? [plural(charges.pending, 'call that waits', 'calls that wait')] : []),
  ];
  if (parts.length === 0) return null;
  const last = parts.pop() ?? '';
  return `Not charged: ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}.`;
}

/** Of the charged spans those whose cost nobody knows: the sum lacks them. */
export function unpricedCount(
  spans: readonly { readonly charge: string | null; readonly cost_usd: string | null }[],
): number {
  return spans.filter(({ charge, cost_usd: cost }) => charge === 'charged' && cost === null).length;
}
