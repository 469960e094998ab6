import { formatUsd } from '../../src/money.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { getCosts } from '../support/asking.ts';
import type { TestPlace } from '../support/database.ts';
import { runTollgate, type RunningService } from '../support/service.ts';
import type { GoodSender } from './goodSender.ts';

/** Above what 10^10 tokens of the dearest model cost in each bucket. */
const USD_OF_A_CALL_MAX = 1e9;

/** What must hold when all is over, and the service has stopped as it was told to: findings, none where it does. */
export async function checkAfterwards(
  service: RunningService,
  place: TestPlace,
  args: readonly string[],
  good: { readonly sender: GoodSender; readonly key: string },
): Promise<string[]> {
  const checks: readonly (() => Promise<string | null>)[] = [
    () => booksOf(service, good),
    async () => {
      const { status } = await fetch(`${service.api}/healthz`);
      return status === 200 ? null : `/healthz answered ${status}`;
    },
    async () => {
      const code = await service.stop();
      return code === 0 ? null : `the service ended with ${code}`;
    },
    () => strangeCosts(place),
    async () => {
      const { code, stdout, stderr } = await runTollgate(['audit', ...args]);
      return code === 0 ? null : `the audit found differences: ${stdout.slice(0, 2_000)}${stderr.slice(0, 500)}`;
    },
  ];
  const findings: string[] = [];
  for (const check of checks) {
    const finding = await check().catch((error: unknown) => `afterwards: ${String(error)}`);
    if (finding !== null) findings.push(finding);
  }
  return [...findings, ...logged(service)];
}

/** Every call that the good sender was told is taken, to the last digit. */
async function booksOf(
  service: RunningService,
  { sender, key }: { readonly sender: GoodSender; readonly key: string },
): Promise<string | null> {
  const { calls, femtoUsd } = sender.sent;
  const { totals } = await getCosts(service.api, 'period=24h', { authorization: `Bearer ${key}` });
  const expected = `${calls} calls for ${formatUsd(femtoUsd)} USD`;
  const found = `${totals.calls} calls for ${totals.cost_usd} USD`;
  return found === expected ? null : `the good sender's books: expected ${expected}, found ${found}`;
}

async function strangeCosts(place: TestPlace): Promise<string | null> {
  const database = await openDatabase({ databaseUrl: place.url, dataDir: place.dataDir });
  try {
    const [row] = await database.query<{ strange: string }>(`select (
  select count(*) from tollgate_data.calls where not (cost_usd >= 0 and cost_usd < ${USD_OF_A_CALL_MAX}) or cost_usd = 'NaN'
) + (
  select count(*) from tollgate_data.rollup_daily where not (cost_usd >= 0) or cost_usd = 'NaN' or calls < 0 or input_tokens < 0
) as strange`);
    return row?.strange === '0' ? null : `${row?.strange} costs or sums are negative, too large or no number`;
  } finally {
    await database.close();
  }
}

/** Lines of the log that tell of a fault, the first few. */
function logged({ log }: RunningService): string[] {
  const errors = log.filter((line) => /"level":(?:"error"|"fatal"|50|60)/.test(line));
  return errors.slice(0, 3).map((line) => `the log: ${line.slice(0, 1_500)}`);
}
