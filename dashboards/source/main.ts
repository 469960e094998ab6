import fs from 'node:fs';
import path from 'node:path';
import { dashboardFiles } from './dashboards.ts';

/** `npm run dashboards`: writes the JSON that Grafana reads; with --check it compares and ends with 1 where a file is not current. */
const folder = path.resolve('dashboards/grafana');
const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of dashboardFiles()) {
  const file = path.join(folder, name);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
  stale.push(name);
  if (!isCheck) fs.writeFileSync(file, text);
}
const verdict = stale.length === 0 ? 'current' : `${isCheck ? 'not current' : 'written'}: ${stale.join(', ')}`;
process.stdout.write(`dashboards/grafana ${verdict}\n`);
if (isCheck && stale.length > 0) process.exitCode = 1;
