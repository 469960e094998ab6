import path from 'node:path';
import { Command, Option } from 'commander';
import { rateNames } from '../../src/pricing/writtenPrice.ts';
import type { CommandName } from './table.ts';

/** Whose everything is while no key exists. */
const DEFAULT_TENANT = 'default';

type Options = Readonly<Record<string, string | undefined>>;

/** Gives a command what those on the store have in common, and its arguments. */
type AddStoreCommand = (
  command: Command,
  name: CommandName,
  toArgs: (options: Options, positional: readonly string[]) => object,
) => void;

/** `--cache-write-5m` for `cache_write_5m_usd_per_mtok`. */
const rateOptions = Object.entries(rateNames).map(([key, { per }]) => {
  const flag = key.replace(/_usd_per_\w+$/, '').replaceAll('_', '-');
  const of = per === 'mtok' ? 'a million tokens' : 'a thousand requests';
  return { key, option: new Option(`--${flag} <usd>`, `USD for ${of}`) };
});

/** The commands under `tollgate prices`. */
export function addPrices(program: Command, addStore: AddStoreCommand): void {
  const prices = program.command('prices').description('what models cost: see, set, import');
  addShow(prices, addStore);
  const list = prices
    .command('list')
    .description('the prices in force, set ones first')
    .option('--provider <provider>', 'of one provider')
    .option('--model <model>', 'a part of the name, or a pattern with *')
    .option('--source <source>', 'default, correction or custom')
    .option('--at <date>', 'in force then (default: now)');
  addTenant(list);
  addStore(list, 'prices list', ({ tenant, provider = null, model = null, source = null, at = null }) => {
    return { tenant, provider, model, source, at };
  });
  addSet(prices, addStore);
  const end = prices
    .command('end')
    .description('end now what was set for a model, and drop what would hold later; calls keep the prices they have')
    .argument('<provider>', 'as it was set')
    .argument('<model>', 'as it was set');
  addTenant(end);
  addStore(end, 'prices end', ({ tenant }, [provider, model]) => ({ tenant, provider, model }));
  addImport(prices, addStore);
  const unpriced = prices
    .command('unpriced')
    .description('models whose calls have no price, with known names like theirs; exits with 1 where there is one')
    .option('--period <period>', '24h, 7d, 30d or 90d', '30d');
  addTenant(unpriced);
  addStore(unpriced, 'prices unpriced', ({ tenant, period }) => ({ tenant, period }));
}

function addShow(prices: Command, addStore: AddStoreCommand): void {
  const show = prices
    .command('show')
    .description('the price of a model, and layer by layer why; exits with 1 where nobody can price it')
    .argument('<model>', 'as spans name it')
    .option('--provider <provider>', 'as spans name it, such as openai or aws.bedrock')
    .option('--at <date>', 'of a call that starts then (default: now)')
    .option('--usage <usage>', 'what a call of it costs: "input=1000,cache_read=8000,output=500"')
    .option('--tier <tier>', 'the served tier: batch, flex, priority …')
    .option('--inference-geo <geo>', 'where Anthropic ran it: us, global')
    .option('--speed <speed>', "Anthropic's: fast")
    .option('--search-context-size <size>', "Perplexity's: low, medium, high");
  addTenant(show);
  addStore(
    show,
    'prices show',
    ({ tenant, provider = null, at = null, usage = null, tier = null, ...facts }, [model]) => {
      return {
        tenant,
        provider,
        model,
        at,
        usage,
        tier,
        inference_geo: facts['inferenceGeo'] ?? null,
        speed: facts['speed'] ?? null,
        search_context_size: facts['searchContextSize'] ?? null,
      };
    },
  );
}

function addSet(prices: Command, addStore: AddStoreCommand): void {
  const set = prices
    .command('set')
    .description('set a price from an instant on; calls that have a price keep it (see reprice)')
    .argument('<provider>', 'as spans name it; * for any')
    .argument('<model>', 'as spans name it, a deployment too; * stands for any characters')
    .option('--from <date>', 'from when on: a date, an instant, or "always" (default: now)')
    .option('--to <date>', 'until when (default: for good)')
    .option('--maps-to <model>', 'instead of rates: priced as MODEL of the same provider, or as PROVIDER/MODEL')
    .option('--long-context <bands>', 'above a number of input tokens: "200000:input=6,output=22.5;400000:input=8"');
  for (const { option } of rateOptions) set.addOption(option);
  addTenant(set);
  addStore(set, 'prices set', (options, [provider, model]) => {
    const { tenant, from, to, mapsTo, longContext } = options;
    const written = rateOptions.flatMap(({ key, option }) => {
      const usd = options[option.attributeName()];
      return usd === undefined ? [] : [[key, usd] as const];
    });
    const price = {
      ...Object.fromEntries(written),
      ...(longContext === undefined ? {} : { long_context: bandsOf(longContext) }),
      ...(mapsTo === undefined ? {} : { maps_to: mapsTo }),
      ...(from === undefined ? {} : { effective_from: from === ALWAYS ? null : from }),
      ...(to === undefined ? {} : { effective_to: to }),
    };
    return { tenant, provider, model, price };
  });
}

const ALWAYS = 'always';

/** `200000:input=6,output=22.5;400000:input=8`. What is written otherwise is left for the command to refuse. */
function bandsOf(text: string): object[] {
  return text.split(';').map((band) => {
    const [threshold = '', rates = ''] = band.split(':');
    const entries = rates.split(',').map((part) => {
      const [name = '', usd = ''] = part.split('=');
      return [keyOf(name.trim()), usd.trim()] as const;
    });
    return { above_input_tokens: Number(threshold), ...Object.fromEntries(entries) };
  });
}

/** `cache-write-5m` as its flag says it; a name that is none stays as it is. */
function keyOf(name: string): string {
  return rateOptions.find(({ option }) => option.long === `--${name}`)?.key ?? name;
}

function addImport(prices: Command, addStore: AddStoreCommand): void {
  const command = prices
    .command('import')
    .description('price from now on by a newer rate card, a data.json of genai-prices; says what it changes')
    .argument('[file]', 'read by the process that has the store')
    .option('--name <name>', 'what to call it (default: the name of the file and the beginning of its SHA-256)')
    .option('--library', 'instead of a file: the rate card that comes with Tollgate again')
    .option('--dry-run', 'only say what would change');
  addStore(command, 'prices import', (options, [file]) => ({
    file: file === undefined ? null : path.resolve(file),
    name: options['name'] ?? null,
    library: options['library'] !== undefined,
    dry_run: options['dryRun'] !== undefined,
  }));
}

function addTenant(command: Command): void {
  command.option('--tenant <tenant>', 'whose prices', DEFAULT_TENANT);
}
