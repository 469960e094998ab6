import type { Correction } from '../correction.ts';
import type { WrittenRates } from '../writtenPrice.ts';

/** From midnight to midnight in Beijing, and an instant between that would be peak on another day. */
const holidays: readonly (readonly [from: string, to: string, peak: string])[] = [
  ['2026-09-24T16:00:00Z', '2026-09-27T16:00:00Z', '2026-09-25T02:00:00Z'],
  ['2026-09-30T16:00:00Z', '2026-10-07T16:00:00Z', '2026-10-01T02:00:00Z'],
];

/** Off-peak prices, and what the rate card alone says of a thousand tokens in and out at the peak. */
const models: readonly (readonly [model: string, offPeak: WrittenRates, instead: string | null])[] = [
  [
    'deepseek-v4-pro',
    { input_usd_per_mtok: '0.66', cache_read_usd_per_mtok: '0.022', output_usd_per_mtok: '1.98' },
    '0.00528',
  ],
  [
    'deepseek-v4-flash',
    { input_usd_per_mtok: '0.15', cache_read_usd_per_mtok: '0.003', output_usd_per_mtok: '0.60' },
    '0.00176',
  ],
  [
    'deepseek-flash',
    { input_usd_per_mtok: '0.15', cache_read_usd_per_mtok: '0.003', output_usd_per_mtok: '0.60' },
    null,
  ],
];

/** China's public holidays, on which DeepSeek has no peak: each as it is proclaimed, so that those of a later year are added to the list. */
export const deepseekHolidays: readonly Correction[] = holidays.flatMap(([from, to, at]) =>
  models.map(([model, rates, instead]): Correction => ({
    card: `deepseek/${model}`,
    from,
    to,
    rates,
    isWhole: true,
    says: 'Chinese public holidays are off-peak all day.',
    source:
      'api-docs.deepseek.com/quick_start/pricing of 2026-09-21 (dsh-plugin-hub issue 945); State Council notice 国办发明电〔2025〕7号',
    instead,
    proof: { provider: 'deepseek', model, at, usage: { input_uncached: 1_000, output: 1_000 } },
  })),
);
