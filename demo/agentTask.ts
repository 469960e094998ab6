/**
 * What every agent of the demo starts from: `node agents/NAME.js PROVIDER_URL RUN`. The run id makes session ids new and
 * is a tag on every call, so that the tables at the end hold this run alone.
 */
export interface AgentTask {
  readonly providerUrl: string;
  readonly tags: { readonly demo_run: string };
  /** A session id of this run. */
  session(name: string): string;
  /** One line of progress. */
  say(user: string, what: string): void;
}

export function readTask(agent: string): AgentTask {
  const [, , providerUrl, run] = process.argv;
  if (providerUrl === undefined || run === undefined) {
    throw new Error(`usage: node agents/${agent}.js PROVIDER_URL RUN; npm run demo gives both`);
  }
  return {
    providerUrl,
    tags: { demo_run: run },
    session: (name) => `${name}-${run}`,
    say: (user, what) => process.stdout.write(`  ${agent.padEnd(12)}${user.padEnd(8)}${what}\n`),
  };
}

/** Tells the stand-in provider how long and of what kind its answer is; a real one knows by itself. */
export const answering = (directives: string): { headers: { 'x-stand-in': string } } => ({
  headers: { 'x-stand-in': directives },
});

const SENTENCES = [
  'Be friendly, be brief, and never promise what the warehouse cannot keep.',
  'Parcels leave the warehouse on the next working day before noon.',
  'Returns are free for thirty days, shoes and books included.',
  'Ask for the order number before you look anything up.',
  'When a customer is upset, apologise once and then solve the problem.',
];

/** Instructions of exactly so many words: the stand-in provider counts a word a token. */
export function instructions(words: number): string {
  const pool = SENTENCES.join(' ').split(' ');
  return Array.from({ length: words }, (_, index) => pool[index % pool.length]).join(' ');
}
