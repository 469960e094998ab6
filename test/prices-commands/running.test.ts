import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPriceBook } from '../../processor/prices/openPriceBook.ts';
import type { PriceBook } from '../../processor/prices/priceBook.ts';
import { runCommand } from '../../processor/commands/table.ts';
import { listenControl } from '../../processor/control.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { LlmCall } from '../../src/call.ts';
import { defaultPriceSettings } from '../../src/pricing/priceSettings.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { emptyUsage } from '../../src/usage.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { plainCall } from '../support/llmCall.ts';
import { readCommandLine, runCommandLine } from './commandLine.ts';

/** Reached by its data directory alone. */
type Service = Pick<TestDatabase, 'database' | 'dataDir'>;

/** As the service answers commands through the socket in its data directory, on whatever store it has. */
async function whileRunning(work: (place: Service, prices: PriceBook) => Promise<void>): Promise<void> {
  await using test = await openTestDatabase('postgres15');
  const { database, dataDir } = test;
  const prices = await openPriceBook({ database, filePrices: [], settings: defaultPriceSettings });
  const context = { database, now: () => new Date(), keysChanged: () => undefined, openPrices: async () => prices };
  const faults: unknown[] = [];
  const control = await listenControl(
    dataDir,
    (name, args) => runCommand(context, name, args),
    (fault) => faults.push(fault),
  );
  try {
    await work({ database, dataDir }, prices);
  } finally {
    await control?.close();
  }
  expect(faults).toEqual([]);
}

/** Calls of a minute ago, 10 tokens in and 1 out. */
async function store({ database }: Service, ...names: readonly Pick<LlmCall, 'provider' | 'model'>[]): Promise<void> {
  const pricing = createPricing();
  const calls = names.map((name, index) =>
    pricing.price({
      ...plainCall,
      ...name,
      traceId: String(index + 1).padStart(32, '0'),
      startUnixNano: BigInt(Date.now() - 60_000) * 1_000_000n,
      usage: { ...emptyUsage, input_uncached: 10, output: 1 },
    }),
  );
  const written = createStore(database, { settleDelayMs: 60_000 });
  await written.commit({ tenant: 'default', keyAgent: null, spans: [], calls });
  await written.close();
}

describe('in the running service', () => {
  it('a price counts at once, and the answer says how many stored calls keep theirs', async () => {
    await whileRunning(async (place, prices) => {
      await store(place, { provider: 'openai', model: 'gpt-4o' }, { provider: 'openai', model: 'gpt-4o' });
      const set = await runCommandLine(place, 'prices set openai gpt-4o --from always --input 1 --output 2');
      expect(set.printed).toBe(
        'Set: openai/gpt-4o, always so far.\n' +
          '2 charged calls of its time are stored. Calls that have a price keep it: see tollgate reprice.\n',
      );
      const call = { ...plainCall, usage: { ...emptyUsage, input_uncached: 1_000_000 } };
      const { snapshot } = prices;
      expect(snapshot.pricing.price(call, snapshot.overridesOf('default')).price).toMatchObject({
        costFemtoUsd: 10n ** 15n,
      });
    });
  });

  it('a rate card is read from the path as the shell has it', async () => {
    await whileRunning(async (place, prices) => {
      const models = [{ id: 'gpt-9', match: { equals: 'gpt-9' }, prices: { input_mtok: 1, output_mtok: 2 } }];
      const file = path.join(place.dataDir, 'data.json');
      fs.writeFileSync(file, JSON.stringify([{ id: 'openai', name: 'OpenAI', api_pattern: 'openai', models }]));
      const relative = path.relative(process.cwd(), file);
      await runCommandLine(place, `prices import ${relative} --name small`);
      expect((await prices.cardInForce()).data.version).toBe('small');
    });
  });

  it('models without a price are listed with names like theirs, the most calls first', async () => {
    await whileRunning(async (place) => {
      const unknown = { provider: 'openai', model: 'gpt-4o-mni' };
      const nobodys = { provider: 'vllm', model: 'house-model' };
      await store(place, nobodys, unknown, unknown, { provider: 'openai', model: 'gpt-4o' });
      expect(await readCommandLine(place, 'prices unpriced --period 24h')).toMatchObject([
        {
          ...unknown,
          reason: 'unknown_model',
          calls: 2,
          tokens: 22,
          suggestions: expect.arrayContaining(['openai/gpt-4o-mini']) as unknown,
        },
        { ...nobodys, reason: 'unknown_provider', calls: 1, tokens: 11, suggestions: [] },
      ]);
      expect((await runCommandLine(place, 'prices unpriced')).exitCode).toBe(1);
    });
  });

  it('there is nothing to list where every call has a price', async () => {
    await whileRunning(async (place) => {
      await store(place, { provider: 'openai', model: 'gpt-4o' });
      const { exitCode, printed } = await runCommandLine(place, 'prices unpriced');
      expect({ exitCode, printed }).toEqual({ exitCode: 0, printed: 'Every charged call has a price.\n' });
    });
  });
});
