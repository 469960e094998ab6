import { it } from 'vitest';
import { audit } from './auditor.ts';
import { drawCase, receive } from './traces.ts';
it('runs', () => {
  const counts: Record<string, number> = {};
  let spans = 0; let calls = 0;
  const start = Date.now();
  const N = 4000;
  for (let seed = 0; seed < N; seed++) {
    const received = drawCase(seed, 't').map((e) => receive(e, 0));
    spans += received.length;
    const { calls: audited } = audit(received, { isBetter: () => false, nowMs: 1e15, settleDelayMs: 0 });
    calls += audited.length;
    for (const each of audited) {
      const key = `${seed % 2 === 0 ? 'agent' : 'small'} ${each.charge} ${(each.chargeReason ?? '').split(' ')[0]}`;
      counts[key] = (counts[key] ?? 0) + 1;
      for (const [k, v] of Object.entries(each.attribution.rules)) { const kk = `rule ${k} ${v}`; counts[kk] = (counts[kk] ?? 0) + 1; }
      const p = `price ${each.row.call.price.status} ${'reason' in each.row.call.price ? each.row.call.price.reason : ''}`; counts[p] = (counts[p] ?? 0) + 1;
      const d = `dialect ${each.row.call.dialect}`; counts[d] = (counts[d] ?? 0) + 1;
    }
  }
  console.log(Date.now() - start, 'ms', spans / N, calls / N, Object.entries(counts).sort().map(([k, v]) => `${k}: ${v}`).join('\n'));
});
