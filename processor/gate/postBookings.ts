import type { Decision } from '../../src/charging/settlement.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { Queries } from '../store/database.ts';
import type { SettledSpan } from '../store/settledSpan.ts';
