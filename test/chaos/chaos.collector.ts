import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { formatUsd } from '../../src/money.ts';
import { compareCalls, type SentCalls } from '../collector/compare.ts';
import { createDeployment } from '../collector/deployment.ts';
import { runApplication } from '../collector/runApplication.ts';
import { createSender, type Sender } from '../collector/sender.ts';
import { startGuard } from '../collector/processGuard.ts';
import { getAllCalls, type Call } from '../support/asking.ts';
import { runTollgate } from '../support/service.ts';
import { startProvider, type StandInProvider } from '../support/provider/startProvider.ts';
import { disturb } from './disturb.ts';
import { createPostgres } from './postgresPart.ts';

const { seconds, seed } = inject('chaos');
const SENDERS = 4;
const CALLS_PER_EXPORT_MAX = 10;
const PAUSE_MS = 100;
const APPLICATION_PAUSE_MS = 200;
/** Each sender's calls have token counts of their own. */
const TOKENS_PER_SENDER = 1_000_000;
/** The longest wait between two attempts of a Tollgate that was told to wait is 30 s. */
const DRAIN_MS = 180_000;
const SETTLE_MS = 3_000;

interface CallOfService extends Call {
  readonly service: string;
  readonly response_id: string | null;
}
const isOfApplication = (call: Call): boolean => (call as CallOfService).service === 'boutique';

async function sendUntil(sender: Sender, isOver: () => boolean): Promise<void> {
  for (let exports = 0; !isOver(); exports += 1) {
    await sender.send((exports % CALLS_PER_EXPORT_MAX) + 1);
    await delay(PAUSE_MS);
  }
}

function allOf(senders: readonly Sender[]): SentCalls {
  return {
    sent: new Map(senders.flatMap((sender) => [...sender.sent])),
    acknowledged: new Set(senders.flatMap((sender) => [...sender.acknowledged])),
  };
}

interface ApplicationComparison {
  readonly billed: number;
  readonly charged: number;
  readonly findings: readonly string[];
}

/** What the provider billed against what the ledger has of the application, to the digit: what it cannot send it keeps on disk. */
async function compareApplication(apiBase: string, { billed }: StandInProvider): Promise<ApplicationComparison> {
  const calls = (await getAllCalls(apiBase)) as CallOfService[];
  const charged = calls.filter((call) => isOfApplication(call) && call.charge === 'charged');
  const lines = charged.map((call) => `${call.response_id} ${call.cost_usd}`);
  const expected = billed.map(({ id, tokens }) => {
    const costFemtoUsd = BigInt(tokens.uncached) * 2_500_000_000n + BigInt(tokens.output) * 10_000_000_000n;
    return `${id} ${formatUsd(costFemtoUsd)}`;
  });
  const findings = [
    ...expected.filter((line) => !lines.includes(line)).map((line) => `billed ${line}, not charged`),
    ...lines.filter((line) => !expected.includes(line)).map((line) => `charged ${line}, not billed`),
  ];
  if (new Set(lines).size < lines.length) findings.push('a call of the application is charged twice');
  return { billed: expected.length, charged: lines.length, findings };
}

it(`charges once what was acknowledged, while everything is stopped and killed for ${seconds} s, seed ${seed}`, async () => {
  using guard = startGuard(inject('runDirectory'));
  await using postgres = await createPostgres(guard);
  await using deployment = await createDeployment({
    config: 'otel-collector-loadbalancing.yaml',
    stores: [{ url: postgres.url }, { url: postgres.url }],
  });
  const { collector, tollgates, backend, directory } = deployment;
  const provider = await startProvider();
  await postgres.start();
  await Promise.all([backend, collector, ...tollgates].map((part) => part.start()));

  const until = performance.now() + seconds * 1_000;
  const isOver = (): boolean => performance.now() > until;
  const senders = Array.from({ length: SENDERS }, (_, index) =>
    createSender(collector.http, index * TOKENS_PER_SENDER + 1),
  );
  const settings = { providerUrl: provider.url, otlp: collector.http, directory, guard: deployment.guard };
  const application = runApplication({ ...settings, calls: Infinity, pauseMs: APPLICATION_PAUSE_MS });
  const [disturbances] = await Promise.all([
    disturb([postgres, collector, ...tollgates, backend], seed, isOver),
    ...senders.map((sender) => sendUntil(sender, isOver)),
  ]);
  await delay(SETTLE_MS);
  expect(await application.end()).toBe(0);
  // Takes along what the first could not send while nobody was there to take it.
  expect(await runApplication({ ...settings, calls: 1, first: TOKENS_PER_SENDER }).finished).toBe(0);
  await deployment.drain(DRAIN_MS);

  const { findings, ...counts } = await compareCalls(allOf(senders), tollgates[0]?.api ?? '', backend, isOfApplication);
  const { findings: unlike, ...ofApplication } = await compareApplication(tollgates[0]?.api ?? '', provider);
  const failedSpans = await collector.failedSpans();
  const repeated = senders.reduce((sum, sender) => sum + sender.repeated(), 0);
  console.log({ seed, seconds, ...disturbances, repeated, ...counts, application: ofApplication, failedSpans });
  await provider.close();
  expect([...disturbances.findings, ...findings, ...unlike].slice(0, 20)).toEqual([]);
  expect(counts.acknowledged).toBeGreaterThan(0);
  const audit = await runTollgate(['audit', '--database-url', postgres.url]);
  expect(audit).toMatchObject({ code: 0, stderr: '' });
});
