/**
 * Fills a PostgreSQL with five million charged calls over 60 days: 25 agents, 14 models, 5,000 users, some 250,000 sessions, two
 * tenants, weekdays and hours, errors, caches, reasoning, calls without a price, budgets and alerts. Then audits it: all its books close.
 * Run: node dist/bench/fiveMillion.js --keep DIR | --use URL [--calls N] [--days N]
 */
import { parseArgs } from 'node:util';
import { audit } from '../processor/store/audit.ts';
import { openDatabase } from '../processor/store/openDatabase.ts';
import { openFilled } from './filledPlace.ts';
import { printMachine } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    keep: { type: 'string' },
    use: { type: 'string' },
    calls: { type: 'string', default: '5000000' },
    days: { type: 'string', default: '60' },
  },
});

printMachine();
const { keep, use, calls, days } = flags;
const filled = await openFilled({ keep, use, calls: Number(calls), days: Number(days) });
try {
  const database = await openDatabase({ databaseUrl: filled.databaseUrl, dataDir: '' });
  const { days: audited, ledgerEntries, counters, differences } = await audit(database);
  await database.close();
  process.stdout.write(
    `Audit: ${audited} days, ${ledgerEntries} ledger entries, ${counters} counters, ${differences.length} differences.\n`,
  );
  for (const difference of differences) process.stdout.write(`${JSON.stringify(difference)}\n`);
} finally {
  await filled.stop();
}
