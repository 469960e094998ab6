import type { BudgetDraft } from '../../model/budgetDraft.ts';
import type { FieldFaults } from '../../model/fieldFaults.ts';

/** What each group of controls of the form is given. */
export interface DraftFields {
  readonly draft: BudgetDraft;
  readonly faults: FieldFaults;
  readonly change: (changed: Partial<BudgetDraft>) => void;
}
