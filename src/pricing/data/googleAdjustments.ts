import type { Adjustment, PricedTier } from '../adjustment.ts';

const GEMINI_PAGE = 'ai.google.dev/gemini-api/docs/pricing, in litellm 1.109.1';
const VERTEX_PAGE = 'cloud.google.com/vertex-ai/generative-ai/pricing, in litellm 1.109.1';

/** Generations whose cache reads cost the same in batches and under flex; those after them halve all. */
const fullCacheReads = ['gemini-1*', 'gemini-2*', 'gemini-3-*', 'gemini-3.1-pro*'];
const halfCacheReads = ['gemini-3*', 'gemini-4*', 'gemini-embedding*'];
const priorityModels = [
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-2.5-flash-lite',
  'gemini-3-flash-preview',
  'gemini-3-pro-preview',
  'gemini-3.1-pro-preview',
  'gemini-3.1-flash-lite',
  'gemini-3.5-flash*',
  'gemini-3.6-flash',
  'gemini-3.7-flash',
  'gemini-3.8-flash',
  'gemini-4-argon',
];

function half(tier: PricedTier): readonly Adjustment[] {
  const common = { when: { tier }, from: null, to: null, factor: [1, 2], source: GEMINI_PAGE } as const;
  return [
    {
      ...common,
      cards: fullCacheReads.map((model) => `google/${model}`),
      except: ['cache_read', 'cache_read_audio', 'web_search_requests'],
      says: 'Half the price, but for cache reads: the two discounts do not add up.',
    },
    {
      ...common,
      cards: halfCacheReads.map((model) => `google/${model}`),
      except: ['web_search_requests'],
      says: 'Half the price, cache reads too.',
    },
  ];
}

/** Service tiers of Gemini; batches and regional endpoints of Claude on Vertex AI. */
export const googleAdjustments: readonly Adjustment[] = [
  ...half('batch'),
  ...half('flex'),
  {
    when: { tier: 'priority' },
    cards: priorityModels.map((model) => `google/${model}`),
    from: null,
    to: null,
    factor: [9, 5],
    except: ['web_search_requests'],
    says: 'Priority costs 1.8 times the standard price.',
    source: GEMINI_PAGE,
  },
  {
    when: { tier: 'batch' },
    cards: ['google/claude-*'],
    from: null,
    to: null,
    factor: [1, 2],
    except: ['web_search_requests'],
    says: 'Batches cost half.',
    source: VERTEX_PAGE,
  },
  {
    when: { vertexLocation: 'regional' },
    cards: [
      'google/claude-haiku-4-5',
      'google/claude-haiku-5*',
      'google/claude-opus-4-5',
      'google/claude-opus-4-6',
      'google/claude-opus-4-7',
      'google/claude-opus-4-8',
      'google/claude-opus-5*',
      'google/claude-sonnet-4-5',
      'google/claude-sonnet-4-6',
      'google/claude-sonnet-5*',
      'google/claude-fable-5*',
    ],
    from: null,
    to: null,
    factor: [11, 10],
    except: ['web_search_requests'],
    says: 'Regional endpoints cost a tenth more for Claude 4.5 and newer.',
    source: VERTEX_PAGE,
  },
];
