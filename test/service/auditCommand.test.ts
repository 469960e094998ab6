import { describe, expect, it } from 'vitest';
import { checkAccounts } from '../../processor/commands/audit.ts';
import { renderText } from '../../processor/commands/render.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeCall } from '../support/exports.ts';
import { storeCalls } from '../support/storeCalls.ts';

describe('the audit', () => {
  it('says that the books close, and names each figure that somebody changed', async () => {
    await using test = await openTestDatabase('postgres18');
    const context = { database: test.database, now: () => new Date(), keysChanged: () => undefined };
    await storeCalls(test.database, 'default', [makeCall()]);
    const clean = await checkAccounts(context);
    expect(clean.ok).toBe(true);
    expect(renderText(clean)).toBe('The books close: 1 ledger entries of 1 days, no difference.\n');

    // 1000 × 2.5e-6 + 100 × 1e-5 = 0.0035 USD; the other figure is one femto-USD off.
    await test.database.query('update tollgate_data.rollup_daily set cost_usd = cost_usd + 0.000000000000001');
    const wrong = await checkAccounts(context);
    expect(wrong.ok).toBe(false);
    expect(wrong.table?.rows).toHaveLength(1);
    const [table, , figure, expected, found] = wrong.table?.rows[0] ?? [];
    expect([figure, expected, found]).toEqual(['cost_usd', '0.003500000000000', '0.003500000000001']);
    expect(table).toContain('rollup_daily');
    expect(renderText(wrong)).toMatch(/^The books do not close: 1 rows differ\. /);
  });
});
