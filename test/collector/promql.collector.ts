import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseBoard, readBoardText } from '../dashboards/board.ts';

const MODULE = fileURLToPath(new URL('promql', import.meta.url));
const RULES = fileURLToPath(new URL('../../deploy/prometheus/tollgate.rules.yaml', import.meta.url));
const rulesSchema = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })) });

/** What Prometheus' own parser says of each expression; empty where it takes it. */
async function parsePromQl(expressions: readonly string[]): Promise<string[]> {
  const answer = await new Promise<string>((resolve, reject) => {
    const env = { ...process.env, GOFLAGS: '-mod=readonly' };
    const child = execFile('go', ['run', '.'], { cwd: MODULE, env }, (fault, stdout, stderr) => {
      if (fault === null) resolve(stdout);
      else reject(new Error(`expected Go to run ${MODULE}, found: ${fault.message}\n${stderr}`));
    });
    child.stdin?.end(JSON.stringify(expressions));
  });
  return z.array(z.string()).parse(JSON.parse(answer));
}

/** As Grafana replaces them before Prometheus sees the text. */
const replaced = (expression: string): string =>
  expression
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '6h')
    .replaceAll(/\$(?:job|instance)/g, '.+');

describe('PromQL', () => {
  const panels = parseBoard(readBoardText('tollgate.json'))
    .panels.flatMap(({ targets }) => targets)
    .map(({ expr = '' }) => replaced(expr));
  const alerts = rulesSchema
    .parse(parse(readFileSync(RULES, 'utf8')))
    .groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));

  it('of every panel and alert is taken by the parser of Prometheus', async () => {
    const expressions = [...panels, ...alerts];
    expect(panels.length).toBeGreaterThan(30);
    expect(alerts.length).toBeGreaterThan(5);
    const answers = await parsePromQl(expressions);
    expect(answers.flatMap((said, index) => (said === '' ? [] : [`${expressions[index]}: ${said}`]))).toEqual([]);
  });

  it('that is broken is refused', async () => {
    expect(
      (await parsePromQl(['sum(rate(tollgate_faults_total[1m])', 'up[', 'up'])).map((said) => said !== ''),
    ).toEqual([true, true, false]);
  });
});
