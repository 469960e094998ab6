import { describe, expect, it } from 'vitest';
import { createRandom } from '../../bench/random.ts';
import { type Forwarding, openForwarding, until } from './forwarding.ts';
import { OK, type Received, type Reply, startHttpDownstream } from './httpDownstream.ts';

const PAYLOADS = 200;
const SPANS_MAX = 6;
const RESTARTS = 3;

/** Each of these a seed: what downstream answers, and how large the payloads are. */
describe.each([1, 2, 3, 4])('a downstream that answers at random, seed %i, with restarts in between', (seed) => {
  it('gets every span that is not dropped, and what is dropped is counted', async () => {
    const bits = createRandom(seed);
    const random = (): number => bits() / 2 ** 32;
    const refused = new Set<string>();
    const reply = ({ names }: Received): Reply => {
      const roll = random();
      if (roll < 0.35) return OK;
      if (roll < 0.4) return { status: 503, headers: { 'retry-after': '0' } };
      if (roll < 0.5) return 'reset';
      if (roll < 0.6) return { status: 401 };
      if (roll < 0.65) return { status: 500 };
      if (roll < 0.75 && names.length > 1) return { status: 413 };
      if (roll < 0.78) {
        for (const name of names) refused.add(name);
        return { status: 400 };
      }
      return OK;
    };
    await using downstream = await startHttpDownstream(reply);
    const first = await openForwarding({ config: { endpoint: downstream.url } });
    const taken: string[] = [];
    let dropped = 0;
    let left = 0;
    let forwarding: Forwarding = first;
    const end = async (): Promise<void> => {
      await forwarding.close(0);
      const counts = await forwarding.counts();
      dropped += counts.dropped['refused'] ?? 0;
      expect(Object.keys(counts.dropped).filter((reason) => reason !== 'refused')).toEqual([]);
      left = counts.queueSpans;
    };
    try {
      for (let index = 0; index < PAYLOADS; index += 1) {
        if (index % (PAYLOADS / (RESTARTS + 1)) === 0 && index > 0) {
          await end();
          forwarding = await openForwarding({ config: { endpoint: downstream.url }, dataDir: first.dataDir });
          const { recovered } = await forwarding.counts();
          // Of a payload that was halved one part may have been done: it is sent again whole.
          expect(recovered).toBeGreaterThanOrEqual(left);
        }
        const count = 1 + Math.floor(random() * SPANS_MAX);
        taken.push(...(await forwarding.take(count, index * SPANS_MAX)));
      }
      await until(async () => expect((await forwarding.counts()).queueSpans).toBe(0));
      await end();
    } finally {
      await forwarding.close();
      await first[Symbol.asyncDispose]();
    }
    const arrived = new Set(downstream.acknowledged);
    const missing = taken.filter((name) => !arrived.has(name));
    expect(missing.filter((name) => !refused.has(name))).toEqual([]);
    expect(dropped).toBeGreaterThanOrEqual(missing.length);
    expect(new Set([...arrived, ...refused])).toEqual(new Set(taken));
  });
});
