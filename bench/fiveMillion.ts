/**
 * Fills a PostgreSQL with five million charged calls over 60 days: 25 agents, 14 models, 5,000 users, some 250,000 sessions, two
 * tenants, weekdays and hours, errors, caches, reasoning, calls without a price, budgets and alerts. All its books close.
 * Run: node dist/bench/fiveMillion.js --use URL [--calls N] [--days N] [--audit]
 */
import { parseArgs } from 'node:util';
import { audit } from '../processor/store/audit.ts';
import { openDatabase } from '../processor/store/openDatabase.ts';
import { fillStore } from './filledStore.ts';

const { values: flags } = parseArgs({
  options: {
    use: { type: 'string' },
    calls: { type: 'string', default: '5000000' },
    days: { type: 'string', default: '60' },
    audit: { type: 'boolean', default: false },
  },
});
if (flags.use === undefined) throw new Error('--use: expected the URL of an empty PostgreSQL database, found nothing');
await fillStore({ databaseUrl: flags.use, calls: Number(flags.calls), days: Number(flags.days) });
if (flags.audit) {
  const database = await openDatabase({ databaseUrl: flags.use, dataDir: '' });
  const { days, ledgerEntries, counters, differences } = await audit(database);
  await database.close();
  process.stdout.write(
    `${days} days, ${ledgerEntries} ledger entries, ${counters} counters, ${differences.length} differences\n`,
  );
  for (const difference of differences) process.stdout.write(`${JSON.stringify(difference)}\n`);
}
