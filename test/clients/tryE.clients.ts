import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { runClient, preload } from './support/clientRun.ts';
import { standardStandIn } from './support/standIn.ts';
it('tries', async () => {
  const set = process.env['SET'] ?? 'ai6';
  const app = {
    set,
    client: 'aiSdk',
    packages: ['ai', '@ai-sdk/openai', '@ai-sdk/anthropic'],
    startStandIn: standardStandIn,
    environment: process.env['PICK'] ? { SCENARIOS: process.env['PICK'] } : {},
  };
  for (const format of (process.env['FORMATS'] ?? 'cjs').split(',') as ('cjs' | 'mjs')[]) {
    const t0 = performance.now();
    const plain = await runClient(app, format);
    const t1 = performance.now();
    const run = await runClient(app, format, preload);
    console.log(format, 'plain', t1 - t0, 'preloaded', performance.now() - t1);
    writeFileSync(`/tmp/helpE/${set}.${format}.json`, JSON.stringify({ plain, run }, null, 1));
    for (const name of Object.keys(plain.seen)) {
      const same = JSON.stringify(plain.seen[name]) === JSON.stringify(run.seen[name]);
      const spans = run.spans.filter((s) => s.attributes['gen_ai.request.model'] === `m-${name}`);
      console.log(
        same ? 'same' : 'DIFF',
        name,
        spans
          .map(
            (s) =>
              `${s.name} ${s.status} in=${s.attributes['gen_ai.usage.input_tokens']} out=${s.attributes['gen_ai.usage.output_tokens']} ${s.attributes['tollgate.usage.source']} agent=${s.attributes['gen_ai.agent.name']} user=${s.attributes['user.id']} ${s.attributes['error.type'] ?? ''}`,
          )
          .join(' | '),
        same
          ? JSON.stringify(plain.seen[name]).slice(0, 160)
          : `\n  ${JSON.stringify(plain.seen[name])}\n  ${JSON.stringify(run.seen[name])}`,
      );
    }
    if (run.output !== plain.output) console.log('OUTPUT DIFFERS', plain.output, '-----', run.output);
    const byId = new Map(run.spans.map((s) => [s.spanId, s]));
    const path = (s: (typeof run.spans)[number]): string =>
      (s.parentSpanId && byId.has(s.parentSpanId) ? path(byId.get(s.parentSpanId)!) + ' > ' : '') +
      s.name +
      (s.status === 'error' ? '!' : '');
    for (const s of run.spans)
      if (s.parentSpanId || /invoke|tool/.test(s.name)) console.log(path(s), s.attributes['gen_ai.tool.call.id'] ?? '');
  }
}, 120000);
