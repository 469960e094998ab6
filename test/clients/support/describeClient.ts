import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPolicyServer } from '../../instrumentation/policyServer.ts';
import type { Answer, AskedBody, PolicyServer } from '../../instrumentation/policyServer.ts';
import { installedVersion, packageOf, preload, runClient } from './clientRun.ts';
import type { ClientApp, ClientRun, Format } from './clientRun.ts';
import { asExpected, compared, ofModel, requestsOf, wireOf } from './expectation.ts';
import type { ExpectedSpan } from './expectation.ts';
import { isTold, outcomeOf } from './outcome.ts';
import type { ClientRuns, ExpectedScenario } from './outcome.ts';
import { matchResults, nodeMajor } from './results.ts';
import { settledAs } from './settlement.ts';
import { describeTrees } from './spanTree.ts';
import type { ExpectedTrees } from './spanTree.ts';

export type { ExpectedSpan } from './expectation.ts';

export interface DescribedClient extends ClientApp {
  /** The first Node major the package says it runs on; on older ones nothing runs, and the matrix says so. */
  readonly nodeMin?: number;
  readonly formats?: readonly Format[];
  /** What the preload leaves of each scenario, in order. */
  readonly spans: Readonly<Record<string, readonly ExpectedSpan[]>>;
  /** Agents and tools around the calls. */
  readonly trees?: ExpectedTrees;
  /** Scenarios that make no call that is billed. */
  readonly unrecorded?: readonly string[];
  /** Scenario to why the gate cannot refuse it. */
  readonly ungated?: Readonly<Record<string, string>>;
  /** Call shape to why the client has none. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Where a scenario asks for another model than `m-NAME`. */
  readonly models?: Readonly<Record<string, string>>;
}

const NODE_MIN = 20;
/** OTLP `SPAN_KIND_CLIENT`. */
const CLIENT = 3;

/** The client alone, with the preload, with a policy that denies everything and with one that reserves for everything. */
export function describeClient(client: DescribedClient): void {
  const { nodeMin = NODE_MIN, formats = ['cjs', 'mjs'], reasons = {}, ungated = {} } = client;
  const names = new Set(client.packages.map(packageOf));
  const packages = [...names].map((name) => `${name} ${installedVersion(client.set, name)}`);
  if (nodeMajor < nodeMin) {
    it(`${packages.join(', ')} needs Node ${nodeMin}`, () => expect(nodeMajor).toBeLessThan(nodeMin));
    return;
  }
  const found = new Map<Format, Readonly<Record<string, string>>>();
  let gated: GatedRuns | null = null;
  describe.each(formats)(`${packages.join(', ')}, %s`, (format) => {
    let runs: ClientRuns;
    beforeAll(async () => {
      // Elsewhere than on the oldest Node the gate is met in one format: it is the same code in both.
      gated = nodeMajor === NODE_MIN || gated === null ? await runGates(client, format) : gated;
      runs = { ...(await runUngated(client, format)), ...gated };
    });
    afterAll(() => {
      if (runs !== undefined) found.set(format, outcomesOf(client, runs));
    });
    describeSame(() => runs);
    describeSpans(client, () => runs);
    if (client.trees !== undefined) describeTrees(client.trees, () => runs.preloaded);
    describeGate(client, () => runs);
  });

  it(`${packages.join(', ')} gives what docs/clients.md says; npm run docs:clients writes it`, async () => {
    // A format that did not run to its end has found nothing that could be written.
    expect([...found.keys()]).toEqual([...formats]);
    const outcomes = mergeFormats(found);
    await matchResults(`${client.set}-${client.client}`, { packages, nodeMin, outcomes, reasons, ungated });
  });
}

type GatedRuns = Pick<ClientRuns, 'denied' | 'reserved' | 'settled'>;

/** Two at a time: a scenario mostly waits, and the machine may have two cores. */
async function runUngated(client: DescribedClient, format: Format): Promise<Pick<ClientRuns, 'plain' | 'preloaded'>> {
  const [plain, preloaded] = await Promise.all([runClient(client, format), runClient(client, format, preload)]);
  return { plain, preloaded };
}

async function runGates(client: DescribedClient, format: Format): Promise<GatedRuns> {
  const [denied, { run: reserved, settled }] = await Promise.all([
    runGated(client, format, () => ({ effect: 'deny' })),
    // The question's own id, so that settlements are told apart.
    runGated(client, format, ({ idempotency_key }) => ({ decision_id: idempotency_key })),
  ]);
  return { denied: denied.run, reserved, settled };
}

async function runGated(
  client: DescribedClient,
  format: Format,
  answer: (body: AskedBody) => Answer,
): Promise<{ readonly run: ClientRun; readonly settled: PolicyServer['settled'] }> {
  const policy = await startPolicyServer();
  policy.answerWith(answer);
  try {
    return { run: await runClient(client, format, { ...preload, policy }), settled: [...policy.settled] };
  } finally {
    await policy.close();
  }
}

function scenariosOf({ spans, unrecorded = [], ungated = {}, models = {} }: DescribedClient): ExpectedScenario[] {
  const free = Object.fromEntries(unrecorded.map((name) => [name, []]));
  return Object.entries<readonly ExpectedSpan[]>({ ...spans, ...free }).map(([name, wanted]) => ({
    name,
    model: models[name] ?? `m-${name}`,
    spans: wanted,
    isGated: wanted.length > 0 && ungated[name] === undefined,
  }));
}

const outcomesOf = (client: DescribedClient, runs: ClientRuns): Readonly<Record<string, string>> =>
  Object.fromEntries(scenariosOf(client).map((scenario) => [scenario.name, outcomeOf(scenario, runs)]));

/** One word where both module formats give the same. */
function mergeFormats(found: ReadonlyMap<Format, Readonly<Record<string, string>>>): Readonly<Record<string, string>> {
  const [[, first] = ['', {}]] = found;
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const outcomes = [...found].map(([format, each]) => [format, each[name] ?? 'not run'] as const);
      const isSame = outcomes.every(([, outcome]) => outcome === outcomes[0]?.[1]);
      return [name, isSame ? (outcomes[0]?.[1] ?? '') : outcomes.map((pair) => pair.join(': ')).join('; ')];
    }),
  );
}

function describeSame(given: () => ClientRuns): void {
  it.each(['preloaded', 'reserved'] as const)(
    'sees %s what it sees alone: values, chunks, errors, unhandled rejections, what is printed',
    (name) => {
      const { plain, [name]: run } = given();
      for (const [scenario, seen] of Object.entries(plain.seen))
        expect({ scenario, ...run.seen[scenario] }).toEqual({ scenario, ...seen });
      expect(run.output).toBe(plain.output);
    },
  );

  it('sends the provider what it sends alone, but for the option that asks for usage', () => {
    const { plain, preloaded } = given();
    expect(wireOf(preloaded.requests, plain.requests)).toEqual(wireOf(plain.requests, plain.requests));
  });
}

function describeSpans(client: DescribedClient, given: () => ClientRuns): void {
  it('leaves one span a call, as expected in full', () => {
    const { preloaded } = given();
    const scenarios = scenariosOf(client);
    expect(Object.keys(preloaded.seen).toSorted()).toEqual(scenarios.map(({ name }) => name).toSorted());
    for (const { name, model, spans } of scenarios)
      expect({ name, found: asExpected(ofModel(preloaded.spans, model), spans) }).toEqual({
        name,
        found: compared(spans),
      });
    const kinds = scenarios.flatMap(({ model }) => ofModel(preloaded.spans, model).map(({ kind }) => kind));
    expect(kinds.filter((kind) => kind !== CLIENT)).toEqual([]);
  });
}

function describeGate(client: DescribedClient, given: () => ClientRuns): void {
  const gated = scenariosOf(client).filter(({ isGated }) => isGated);

  it('is refused by a policy before a byte is sent, and reads why', () => {
    const { denied } = given();
    for (const { name, model } of gated) {
      const sent = requestsOf(denied.requests, model).map(({ path }) => path);
      expect({ name, sent, seen: isTold(name, denied) ? 'why' : denied.seen[name] }).toEqual({
        name,
        sent: [],
        seen: 'why',
      });
    }
  });

  it('settles every reservation once with the usage of its span, or gives it back where nothing was sent', () => {
    const { reserved, settled } = given();
    const wrong = gated.flatMap(({ name, model }) =>
      ofModel(reserved.spans, model)
        .filter((span) => settledAs(span, settled) === 'wrong')
        .map(({ attributes }) => {
          const bodies = settled.filter(({ id }) => id === attributes['tollgate.reservation.id']);
          return { name, attributes, settled: bodies.map(({ body }) => body) };
        }),
    );
    expect(wrong).toEqual([]);
  });
}
