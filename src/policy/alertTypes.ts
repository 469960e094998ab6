/** What alerts tell of: the events that webhooks and mail subscribe to. */
export const alertTypes = [
  'budget.threshold_reached',
  'budget.exceeded',
  'call.denied',
  'call.modified',
  'approval.requested',
  'price.unknown_model',
  'anomaly.detected',
] as const;
export type AlertType = (typeof alertTypes)[number];
