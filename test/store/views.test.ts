import { describe, expect, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../support/database.ts';
describe.each(storeKinds)('views %s', (kind) => {
  it('x', async () => { await using p = await openTestDatabase(kind); 
  for (const v of ['cost_hourly','cost_daily','sessions','runs','calls','spans']) expect(await p.database.query('select * from tollgate.'+v)).toEqual([]);
  });
});
