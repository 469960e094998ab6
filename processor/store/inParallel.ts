/** Runs `work` on each item, at most `width` at a time; rejects with the first failure when those under way have ended. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  let failed: { readonly fault: unknown } | null = null;
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (failed !== null) return;
      try {
        await work(item);
      } catch (fault) {
        failed ??= { fault };
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  const end = failed as { readonly fault: unknown } | null;
  if (end !== null) throw end.fault;
}
