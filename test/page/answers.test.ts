import { describe, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { CallJson, callSchema } from '../../processor/api/callJson.ts';
import type { budgetDefinitionSchema } from '../../processor/api/budgetsJson.ts';
import type { counterSchema } from '../../processor/api/budgetStatusJson.ts';
import type { CostsJson } from '../../processor/api/costs.ts';
import type { CopyJson } from '../../processor/api/duplicateOf.ts';
import type { Measures as MeasuresJson } from '../../processor/api/measures.ts';
import type { explainedSchema, listedPriceSchema, unpricedSchema } from '../../processor/api/pricesJson.ts';
import type { TraceAgentJson } from '../../processor/api/traceAgents.ts';
import type { traceSchema } from '../../processor/api/traceJson.ts';
import type { Call, Copy, Costs, Measures, Trace, TraceAgent } from '../../dashboards/page/answers.ts';
import type {
  BudgetDefinition,
  Counter,
  ExplainedPrice,
  Price,
  UnpricedModel,
} from '../../dashboards/page/policyAnswers.ts';

// The compiler is the test: `npm run types` fails where an answer is no longer what the page reads.
describe('what the page reads of an answer', () => {
  it('is there in what the API gives, with that type', () => {
    expectTypeOf<MeasuresJson>().toExtend<Measures>();
    expectTypeOf<CostsJson>().toExtend<Omit<Costs, 'next_cursor'>>();
    expectTypeOf<CallJson>().toExtend<Call>();
    expectTypeOf<z.output<typeof callSchema>>().toExtend<Call>();
    expectTypeOf<CopyJson>().toExtend<Copy>();
    expectTypeOf<z.output<typeof traceSchema>>().toExtend<Trace>();
    expectTypeOf<TraceAgentJson>().toExtend<TraceAgent>();
    expectTypeOf<z.output<typeof budgetDefinitionSchema>>().toExtend<BudgetDefinition>();
    expectTypeOf<z.output<typeof counterSchema>>().toExtend<Counter>();
    expectTypeOf<z.output<typeof listedPriceSchema>>().toExtend<
      Pick<Price, 'provider' | 'model' | 'effective_from' | 'effective_to' | 'maps_to' | 'source' | 'set_by' | 'card'>
    >();
    expectTypeOf<z.output<typeof explainedSchema>>().toExtend<Omit<ExplainedPrice, 'price'>>();
    expectTypeOf<z.output<typeof unpricedSchema>>().toExtend<UnpricedModel>();
  });
});
