import { expect, it } from 'vitest';
import { createApi } from '../../processor/api/createApi.ts';
import { openTestDatabase } from '../support/database.ts';
it('smoke', async () => {
  for (const kind of ['postgres18', 'embedded'] as const) {
  const test = await openTestDatabase(kind);
  const access = { authenticate: async () => ({ tenant: 'default', keyId: null, keyName: null, agent: null }) };
  const app = await createApi({ database: test.database, access, metrics: async () => 'm 1\n', isReady: async () => true, clock: () => new Date('2026-03-01T10:20:30.456Z'), version: '0' , logger: {...console, level:'info', child(){return this}, fatal(){}, trace(){}, silent(){}} as any});
  for (const url of ['/healthz','/readyz','/metrics','/api/v1/costs','/api/v1/costs?group_by=agent,model&interval=day&period=24h','/api/v1/costs?group_by=tag.x&interval=week&timezone=Asia/Kathmandu&tag.y=1&user=u1,(none)', '/api/v1/users','/api/v1/agents?sort=first_seen','/api/v1/runs?sort=id&operation=x','/api/v1/users/u1','/api/v1/calls','/api/v1/calls?sort=cost_usd&limit=0&foo=1&agent=','/api/v1/calls/00/11','/api/v1/traces/0123456789abcdef0123456789abcdef','/nope','/api/v1/users/%zz', '/api/v1/costs?limit=1&limit=2&period=1h&from=yesterday&timezone=Mars&group_by=x&min_cost=2&tag.=3']) {
    const r = await app.inject({ url });
    console.log(kind, url, r.statusCode, r.headers['content-type'], r.body.slice(0, 600));
  }
  const spec = (await app.inject({ url: '/openapi.json' })).json();
  console.log(JSON.stringify(spec.paths['/api/v1/costs'], null, 1).slice(0, 6000));
  await app.close();
  await test[Symbol.asyncDispose]();
  }
});
