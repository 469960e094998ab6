import type { Adjustment } from '../adjustment.ts';

const ANTHROPIC_PAGE = 'platform.claude.com/docs/en/about-claude/pricing, in litellm 1.109.1';

/** Models that are priced by where they run: Claude Opus 4.6 and newer. */
const geoModels = [
  'claude-opus-4-6',
  'claude-opus-4-7',
  'claude-opus-4-8',
  'claude-opus-5*',
  'claude-sonnet-4-6',
  'claude-sonnet-5*',
  'claude-haiku-5-5',
  'claude-fable-5*',
  'claude-mythos-5*',
];

/** Batches, inference geography and fast mode of Anthropic. All prices of tokens scale; the fee of a search does not. */
export const anthropicAdjustments: readonly Adjustment[] = [
  {
    when: { tier: 'batch' },
    cards: ['anthropic/*'],
    from: null,
    to: null,
    factor: [1, 2],
    except: ['web_search_requests'],
    says: 'Message batches cost half, cache writes and reads too.',
    source: ANTHROPIC_PAGE,
  },
  {
    when: { inferenceGeo: 'us' },
    cards: geoModels.map((model) => `anthropic/${model}`),
    from: null,
    to: null,
    factor: [11, 10],
    except: ['web_search_requests'],
    says: 'Inference in the United States only costs a tenth more.',
    source: ANTHROPIC_PAGE,
  },
  {
    when: { speed: 'fast' },
    cards: ['anthropic/claude-opus-4-8', 'anthropic/claude-opus-5', 'anthropic/claude-opus-5-5'],
    from: null,
    to: null,
    factor: [2, 1],
    except: ['web_search_requests'],
    says: 'Fast mode costs twice as much.',
    source: ANTHROPIC_PAGE,
  },
  {
    when: { speed: 'fast' },
    cards: ['anthropic/claude-opus-4-6', 'anthropic/claude-opus-4-7'],
    from: null,
    to: null,
    rates: {
      input_usd_per_mtok: '30',
      output_usd_per_mtok: '150',
      cache_read_usd_per_mtok: '3',
      cache_write_5m_usd_per_mtok: '37.50',
      cache_write_1h_usd_per_mtok: '60',
      web_search_usd_per_kcount: '10',
    },
    says: 'Fast mode costs six times as much, long context no more than that; it is withdrawn, so a call that names it is an old one.',
    source:
      'platform.claude.com/docs/en/build-with-claude/fast-mode, in Portkey-AI/models pull request 720 (2026-04-16)',
  },
];
