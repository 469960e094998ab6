import { shown, variableReader } from '../variables.ts';
import type { Environment } from '../variables.ts';

/** A local round trip takes some milliseconds; a call that waits longer has lost more than the check is worth. */
const DEFAULT_TIMEOUT_MS = 1_000;
/** Long enough for a person who is looking, short enough for a caller who is waiting. */
const DEFAULT_APPROVAL_WAIT_MS = 30_000;

/** Whether and how calls are checked before they are made. */
export interface PolicyConfig {
  /** `TOLLGATE_POLICY_URL` is set. Without it a callback of the application's decides alone. */
  readonly hasTollgate: boolean;
  /** Base address without a slash at its end; null where the variable has no usable one: then `onError` decides. */
  readonly url: string | null;
  readonly apiKey: string | null;
  /** False in shadow mode: asks and records, and changes nothing. */
  readonly enforces: boolean;
  /** What a call gets when Tollgate, or the application's callback, gives no answer. */
  readonly onError: 'allow' | 'deny';
  readonly timeoutMs: number;
  /** How long a call waits for a person's approval; 0: not at all. */
  readonly approvalWaitMs: number;
}

export function readPolicyConfig(values: Environment, apiKey: string | null, problems: string[]): PolicyConfig {
  const { first, choice, wholeNumber } = variableReader(values, problems);
  const [name, address] = first('TOLLGATE_POLICY_URL');
  const rest = {
    apiKey,
    enforces: choice(['enforce', 'shadow'], 'enforce', 'TOLLGATE_POLICY_MODE') === 'enforce',
    onError: choice(['allow', 'deny'], 'allow', 'TOLLGATE_POLICY_ON_ERROR'),
    timeoutMs: wholeNumber(DEFAULT_TIMEOUT_MS, 'TOLLGATE_POLICY_TIMEOUT_MS'),
    approvalWaitMs:
      first('TOLLGATE_POLICY_APPROVAL_WAIT_MS')[1] === '0'
        ? 0
        : wholeNumber(DEFAULT_APPROVAL_WAIT_MS, 'TOLLGATE_POLICY_APPROVAL_WAIT_MS'),
  };
  if (address === undefined) return { hasTollgate: false, url: null, ...rest };
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol))
    return { hasTollgate: true, url: (url.origin + url.pathname).replace(/\/+$/, ''), ...rest };
  problems.push(
    `${name}: expected an http or https URL, found ${shown(address)}; TOLLGATE_POLICY_ON_ERROR decides: ${rest.onError}`,
  );
  return { hasTollgate: true, url: null, ...rest };
}
