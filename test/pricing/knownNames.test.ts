import { calcPrice, findProvider, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownNames } from '../../src/pricing/knownNames.ts';

const providers = (await waitForUpdate()) ?? [];
const models = providers.flatMap((provider) => provider.models.map(({ id }) => ({ provider: provider.id, model: id })));
const known = new KnownNames();

describe('what the library may know', () => {
  it('holds all its models by their own ids', () => {
    expect(models.length).toBeGreaterThan(500);
    const found = models.filter(({ provider, model }) => calcPrice({}, model, { providerId: provider }) !== null);
    expect(found.filter(({ provider, model }) => !known.mayHold(provider, model))).toEqual([]);
  });

  it('holds whatever the library finds, however it is spelt, dated and cut', () => {
    const affix = fc.constantFrom(
      '',
      ' ',
      '-',
      '-20250929',
      '-2025-09-29',
      '-20251399',
      ':free',
      '-v1:0',
      'us.',
      'X',
      '@x',
    );
    const spelt = fc
      .record({
        of: fc.constantFrom(...models),
        by: fc.constantFrom(...providers.map(({ id }) => id)),
        before: affix,
        after: affix,
      })
      .chain((parts) => fc.tuple(fc.constant(parts), fc.nat(parts.of.model.length), fc.boolean(), fc.boolean()));
    fc.assert(
      fc.property(spelt, ([{ of, by, before, after }, length, isOwn, isUpper]) => {
        const cut = `${before}${of.model.slice(0, length === 0 ? undefined : length)}${after}`;
        const model = isUpper ? cut.toUpperCase() : cut;
        const provider = isOwn ? of.provider : by;
        if (model.trim() === '' || calcPrice({}, model, { providerId: provider }) === null) return;
        expect(known.mayHold(provider, model)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not hold what nobody ever named, of most providers', () => {
    const sure = providers.filter(
      ({ id }) => findProvider({ providerId: id })?.id === id && !known.mayHold(id, 'zzz-1'),
    );
    expect(sure.length).toBeGreaterThan(providers.length / 2);
  });
});
