import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../processor/store/groupCommit.ts';
import type { StoreBatch, StoreOutcome } from '../../processor/store/store.ts';
import { TollgateError } from '../../src/errors.ts';
import { batch, call } from '../store/samples.ts';

const LIMITS = { lanes: 1, spansPerGroup: 10, queuedSpansMax: 100, expectedWaitMsMax: 4_000 };

const ofTenant = (tenant: string, calls = 5): StoreBatch =>
  batch(
    Array.from({ length: calls }, (_, number) => call(1, number + 1)),
    [],
    tenant,
  );

/** A store whose transactions end when the test says so. */
function openStore() {
  const clock = { nowMs: 0 };
  const groups: { readonly tenants: string; end(outcome?: Error): void }[] = [];
  const refused: string[] = [];
  const write = (batches: readonly StoreBatch[]): Promise<readonly StoreOutcome[]> =>
    new Promise((resolve, reject) => {
      const end = (fault?: Error): void =>
        fault === undefined ? resolve(batches.map(() => ({ calls: [] }))) : reject(fault);
      groups.push({ tenants: batches.map(({ tenant }) => tenant).join(''), end });
    });
  const store = createGroupCommit(write, LIMITS, {
    nowMs: () => clock.nowMs,
    onRefused: (reason) => refused.push(reason),
  });
  /** Lets the group under way end after `ms`, and the next begin. */
  const endGroup = async (ms = 100, fault?: Error): Promise<void> => {
    clock.nowMs += ms;
    groups.at(-1)?.end(fault);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, groups, refused, endGroup };
}

describe('the group commit', () => {
  it('puts the export of a tenant in the next group, however many another tenant has sent before', async () => {
    const { store, groups, endGroup } = openStore();
    const flood = Array.from({ length: 15 }, () => store.commit(ofTenant('a')));
    await Promise.resolve();
    const other = store.commit(ofTenant('b'));
    await endGroup();
    expect(groups.map(({ tenants }) => tenants)).toEqual(['aa', 'ba']);
    await endGroup();
    await expect(other).resolves.toEqual({ calls: [] });
    while (groups.at(-1) !== undefined && store.state().queuedSpans > 0) await endGroup();
    await Promise.all(flood);
    expect(groups.map(({ tenants }) => tenants.length).reduce((sum, count) => sum + count)).toBe(16);
  });

  it('refuses the flood and takes the others, and counts why', async () => {
    const { store, refused, endGroup } = openStore();
    const outcomes = Array.from({ length: 20 }, () =>
      store.commit(ofTenant('a')).then(
        () => 'taken',
        () => 'refused',
      ),
    );
    // 15 × 5 = 75 of 100 are held when 25 are free: 75 = 3 × 25. The 16th would be 80.
    const admitted = (tenant: string): boolean => {
      try {
        store.admit(tenant);
        return true;
      } catch {
        return false;
      }
    };
    expect([admitted('a'), admitted('b')]).toEqual([false, true]);
    while (store.state().queuedSpans > 0) await endGroup();
    const settled = await Promise.all(outcomes);
    expect(settled.filter((outcome) => outcome === 'taken')).toHaveLength(15);
    expect(refused).toEqual(Array.from({ length: 6 }, () => 'queued_spans'));
    expect(admitted('a')).toBe(true);
  });

  it('does not count what a broken store refuses as speed', async () => {
    const { store, endGroup } = openStore();
    const taken = Array.from({ length: 8 }, () => store.commit(ofTenant('a')));
    await Promise.resolve();
    await endGroup(1_000);
    // 10 spans in 1 s, 30 left.
    expect(store.state()).toEqual({ queuedSpans: 30, expectedWaitMs: 3_000 });
    const settled = Promise.allSettled(taken);
    await endGroup(1, new Error('the disk is full'));
    while (store.state().queuedSpans > 20) await endGroup(1, new Error('the disk is full'));
    expect(store.state()).toEqual({ queuedSpans: 20, expectedWaitMs: 2_000 });
    while (store.state().queuedSpans > 0) await endGroup();
    expect((await settled).filter(({ status }) => status === 'rejected')).toHaveLength(2);
  });

  it('takes a small export that goes alone before a large one for no sign of how fast it is', async () => {
    const { store, groups, endGroup } = openStore();
    const small = store.commit(ofTenant('a', 1));
    const large = store.commit(ofTenant('b', 10));
    await Promise.resolve();
    await endGroup(1_000);
    expect(groups.map(({ tenants }) => tenants)).toEqual(['a', 'b']);
    // 1 span in 1 s, taken for the rate, would say 10 s for the 10 that wait, and refuse whoever comes.
    expect(store.state()).toEqual({ queuedSpans: 10, expectedWaitMs: 0 });
    const next = store.commit(ofTenant('c', 1));
    while (store.state().queuedSpans > 0) await endGroup();
    await Promise.all([small, large, next]);
  });

  it('tells all that wait when the store goes away while a group is tried one by one', async () => {
    const { store, groups, endGroup } = openStore();
    const taken = Array.from({ length: 3 }, () => store.commit(ofTenant('a', 1)));
    const settled = Promise.allSettled(taken);
    await Promise.resolve();
    await endGroup(1, new Error('a value that the store does not take'));
    await endGroup(1);
    await endGroup(1, new TollgateError('store_unavailable', 'gone'));
    expect(groups.map(({ tenants }) => tenants)).toEqual(['aaa', 'a', 'a']);
    const unavailable = { status: 'rejected', reason: { code: 'store_unavailable' } };
    expect(await settled).toMatchObject([{ status: 'fulfilled' }, unavailable, unavailable]);
    expect(store.state().queuedSpans).toBe(0);
  });
});
