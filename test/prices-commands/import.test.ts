import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryData } from '../../src/pricing/rateData.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { readCommandLine, runCommandLine } from './commandLine.ts';

/** The library's data with another output price of gpt-4o, one model more, and one of Avian's less. */
function newerData(): unknown[] {
  const changed = structuredClone(libraryData().providers);
  for (const { id, models } of changed) {
    if (id === 'openai') {
      for (const model of models) if (model.id === 'gpt-4o') model.prices = { input_mtok: 2.5, output_mtok: 9 };
      models.unshift({ id: 'gpt-9', match: { equals: 'gpt-9' }, prices: { input_mtok: 1, output_mtok: 2 } });
    }
    if (id === 'avian') models.shift();
  }
  return [...changed];
}

function writeFile(place: TestPlace, content: string): string {
  const file = path.join(place.dataDir, 'data.json');
  fs.writeFileSync(file, content);
  return file;
}

const outputOf = async (place: TestPlace, model: string): Promise<unknown> => {
  const shown = await readCommandLine(place, `prices show ${model} --provider openai --usage output=1000000`);
  return (shown as { price: { cost_usd: string } | null }).price?.cost_usd;
};

describe('an imported rate card', () => {
  it('says first what it changes, then prices, until the one that comes with Tollgate does again', async () => {
    await using place = await makeTestPlace('postgres18');
    const file = writeFile(place, JSON.stringify(newerData()));
    const dry = await readCommandLine(place, `prices import ${file} --dry-run`);
    expect(dry).toMatchObject({
      applied: false,
      before: libraryData().version,
      added: 1,
      removed: 1,
      changed: 1,
      renamed: 0,
    });
    expect((dry as { changes: unknown[] }).changes).toMatchObject([
      { change: 'removed' },
      // 0.1.8 has 2.50, 10 and cached input at 1.25.
      {
        card: 'openai/gpt-4o',
        change: 'prices',
        figures: expect.arrayContaining([{ figure: 'output_mtok', before: '10', after: '9' }]) as unknown,
      },
      { card: 'openai/gpt-9', change: 'added' },
    ]);
    expect(await outputOf(place, 'gpt-4o')).toBe('10');
    expect(await outputOf(place, 'gpt-9')).toBeUndefined();

    const applied = await runCommandLine(place, `prices import ${file} --name november`);
    expect(applied.printed).toMatch(/^Prices by november instead of genai-prices [\d.]+: 1 cards added, 1 removed, /);
    expect(await outputOf(place, 'gpt-4o')).toBe('9');
    expect(await outputOf(place, 'gpt-9')).toBe('2');
    const again = await readCommandLine(place, `prices import ${file}`);
    expect(again).toMatchObject({ added: 0, removed: 0, changed: 0, renamed: 0, changes: [] });

    expect(await readCommandLine(place, 'prices import --library')).toMatchObject({ before: 'november' });
    expect(await outputOf(place, 'gpt-4o')).toBe('10');
  });

  it('is called by its file and hash where nobody says', async () => {
    await using place = await makeTestPlace('postgres18');
    const file = writeFile(place, JSON.stringify(newerData()));
    const { after } = (await readCommandLine(place, `prices import ${file} --dry-run`)) as { after: string };
    expect(after).toMatch(/^data\.json [0-9a-f]{12}$/);
  });

  it.each([
    ['no JSON', 'file: expected JSON, found'],
    ['{}', 'expected'],
    ['[{"id":"openai"}]', 'expected'],
    [
      JSON.stringify([
        {
          id: 'p',
          name: 'p',
          api_pattern: 'p',
          models: [{ id: 'm', match: { equals: 'm' }, prices: { input_mtok: -1 } }],
        },
      ]),
      'input_mtok',
    ],
  ])('is refused whole: %s', async (content, message) => {
    await using place = await makeTestPlace('postgres18');
    const refused = runCommandLine(place, `prices import ${writeFile(place, content)}`);
    await expect(refused).rejects.toMatchObject({
      code: 'bad_parameter',
      message: expect.stringContaining(message) as string,
    });
    expect(await outputOf(place, 'gpt-4o')).toBe('10');
  });

  it('is a file that is there, no directory, no device, no more than 32 MiB', async () => {
    await using place = await makeTestPlace('postgres18');
    const importing = (file: string) => runCommandLine(place, `prices import ${file}`);
    await expect(importing(path.join(place.dataDir, 'none.json'))).rejects.toThrow('cannot be read: ENOENT');
    await expect(importing(place.dataDir)).rejects.toThrow('is none');
    await expect(importing('/dev/zero')).rejects.toThrow('is none');
    const large = path.join(place.dataDir, 'large.json');
    fs.writeFileSync(large, '');
    fs.truncateSync(large, 32 * 1024 * 1024 + 1);
    await expect(importing(large)).rejects.toThrow('found 33554433 bytes');
  });

  it('is a file or the own one, and not both', async () => {
    await using place = await makeTestPlace('postgres18');
    await expect(runCommandLine(place, 'prices import')).rejects.toThrow('expected a file or --library');
    await expect(runCommandLine(place, 'prices import data.json --library')).rejects.toThrow('and not both');
  });
});
