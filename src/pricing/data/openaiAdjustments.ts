import type { Adjustment } from '../adjustment.ts';

const OPENAI_PAGE = 'developers.openai.com/api/docs/pricing, in litellm 1.109.1';
const PRIORITY_PAGE = 'openai.com/api-priority-processing; developers.openai.com/api/docs/pricing, in litellm 1.109.1';
const AZURE_PAGE = 'azure.microsoft.com/pricing/details/cognitive-services/openai-service, in litellm 1.109.1';

type PriorityFactor = readonly [models: readonly string[], numerator: number, denominator: number];

/** How many times the standard price each model costs under priority processing: the page lists them one by one. */
const priorityFactors: readonly PriorityFactor[] = [
  [
    ['gpt-5', 'gpt-5.1', 'gpt-5.2', 'gpt-5.3-codex', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.6*', 'gpt-6*', 'gpt-4.1-nano'],
    2,
    1,
  ],
  [['gpt-5.5'], 5, 2],
  [['gpt-5-mini'], 9, 5],
  [['gpt-4.1', 'gpt-4.1-mini', 'gpt-4o-2024-05-13', 'o3'], 7, 4],
  [['gpt-4o'], 17, 10],
  [['gpt-4o-mini'], 5, 3],
  [['o4-mini'], 20, 11],
];

const azurePriorityFactors: readonly PriorityFactor[] = [
  [['gpt-5', 'gpt-5.1', 'gpt-5.2', 'gpt-5.3-codex', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.6*', 'gpt-6-sol'], 2, 1],
  [['gpt-5.5'], 5, 2],
  [['gpt-5-mini', 'gpt-5.1-codex-mini'], 9, 5],
  [['gpt-4.1', 'gpt-4.1-mini'], 7, 4],
];

const flexModels = ['o3', 'o4-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'gpt-5.1', 'gpt-5.2', 'gpt-5.4*', 'gpt-5.5*'];

/** Service tiers of OpenAI, and of Azure with its zones. Fees of searches are the same under all of them. */
export const openaiAdjustments: readonly Adjustment[] = [
  {
    when: { tier: 'batch' },
    cards: ['openai/*'],
    from: null,
    to: null,
    factor: [1, 2],
    except: ['web_search_requests'],
    says: 'Batches cost half.',
    source: OPENAI_PAGE,
  },
  {
    when: { tier: 'flex' },
    cards: [...flexModels, 'gpt-5.6*', 'gpt-6*'].map((model) => `openai/${model}`),
    from: null,
    to: null,
    factor: [1, 2],
    except: ['web_search_requests'],
    says: 'Flex processing costs half, where a model has it.',
    source: OPENAI_PAGE,
  },
  ...priorityFactors.map(([models, ...factor]): Adjustment => ({
    when: { tier: 'priority' },
    cards: models.map((model) => `openai/${model}`),
    from: null,
    to: null,
    factor,
    except: ['web_search_requests'],
    says: 'Priority processing has a price of its own for each model.',
    source: PRIORITY_PAGE,
  })),
  {
    when: { tier: 'batch' },
    cards: ['azure/gpt-*', 'azure/o*'],
    from: null,
    to: null,
    factor: [1, 2],
    except: ['web_search_requests'],
    says: 'Batch deployments cost half.',
    source: AZURE_PAGE,
  },
  {
    when: { tier: 'flex' },
    cards: ['azure/gpt-5.4*', 'azure/gpt-5.5', 'azure/gpt-5.6*'],
    from: null,
    to: null,
    factor: [1, 2],
    except: ['web_search_requests'],
    says: 'Flex processing costs half, where a model has it.',
    source: AZURE_PAGE,
  },
  ...azurePriorityFactors.map(([models, ...factor]): Adjustment => ({
    when: { tier: 'priority' },
    cards: models.map((model) => `azure/${model}`),
    from: null,
    to: null,
    factor,
    except: ['web_search_requests'],
    says: 'Priority processing has a price of its own for each model.',
    source: AZURE_PAGE,
  })),
  ...(['data_zone', 'regional'] as const).map((azureZone): Adjustment => ({
    when: { azureZone },
    cards: ['azure/gpt-4o*', 'azure/gpt-4.1*', 'azure/gpt-5*', 'azure/gpt-6*', 'azure/o1*', 'azure/o3*', 'azure/o4*'],
    from: null,
    to: null,
    factor: [11, 10],
    except: ['web_search_requests'],
    says: 'Deployments bound to a data zone or a region cost a tenth more than global ones.',
    source: AZURE_PAGE,
  })),
];
