import { type Command, Option } from 'commander';
import { reportFormats } from './report.ts';
import type { CommandName } from './table.ts';

type Options = Readonly<Record<string, string | undefined>>;

export function addReport(
  program: Command,
  addStore: (command: Command, name: CommandName, toArgs: (options: Options) => object) => void,
): void {
  const where: string[] = [];
  const command = program
    .command('report')
    .description('what was spent, by any dimensions: a table, JSON, CSV or FOCUS 1.2')
    .option(
      '--by <dimensions>',
      'agent, user, session, run, model, provider, service, … or tag.NAME (default: agent,model)',
    )
    .option('--period <period>', '24h, 7d, 30d or 90d, which end now (default: 30d)')
    .option('--from <date>', 'instead of a period: calls that start then or later, a date or an instant')
    .option('--to <date>', 'calls that start before it (default: now)')
    .option('--timezone <zone>', 'where days begin, such as Europe/Berlin (default: UTC)')
    .option('--interval <interval>', 'a row an hour, day, week or month')
    .option(
      '--where <name=value>',
      'only these calls, such as agent=support-bot; again for more',
      (condition: string) => {
        where.push(condition);
        return condition;
      },
    )
    .option('--limit <n>', 'how many groups, the dearest first, of a table or JSON (default: 50)')
    // --json says the same as one of them, and must not follow a file.
    .addOption(new Option('--format <format>', reportFormats.join(', ')).default('table').conflicts('json'))
    .option('--tenant <tenant>', 'whose calls', 'default');
  addStore(command, 'report', (options) => {
    const { tenant, format, by = null, period = null, from = null, to = null } = options;
    const { timezone = null, interval = null, limit = null } = options;
    return { tenant, format, by, period, from, to, timezone, interval, limit, where };
  });
}
