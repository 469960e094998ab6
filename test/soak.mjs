import { spawn } from 'node:child_process';

/** What `npm run soak` runs where nothing is named, in this order. */
const soaks = {
  hostile: 'test/hostile/soak.mjs',
  chaos: 'test/chaos/soak.mjs',
  charging: 'test/simulation/soak.mjs',
  gate: 'test/simulation/gate/soak.mjs',
};

const [name, ...options] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(soaks, name)) {
  console.error(
    `npm run soak -- [NAME [OPTIONS]]: expected NAME to be ${Object.keys(soaks).join(', ')}, found ${name}`,
  );
  process.exit(1);
}
for (const each of name === undefined ? Object.keys(soaks) : [name]) {
  console.log(`\n## ${each}\n`);
  const code = await run(soaks[each], options);
  if (code !== 0) process.exit(code);
}

/** Resolves to the exit code; a run that a signal ended counts as failed. */
function run(script, args) {
  return new Promise((resolve) => {
    spawn(process.execPath, [script, ...args], { stdio: 'inherit' }).on('exit', (code) => resolve(code ?? 1));
  });
}
