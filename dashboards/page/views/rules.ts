/** What shows and changes budgets and prices; loaded after the overview. */
export { AlertsView } from './alerts/AlertsView.tsx';
export { ApprovalsView } from './budgets/ApprovalsView.tsx';
export { BudgetView } from './budgets/BudgetView.tsx';
export { BudgetsView } from './budgets/BudgetsView.tsx';
export { PricesView } from './prices/PricesView.tsx';
export { PriceView } from './prices/PriceView.tsx';
