import type { Quota } from './quota.ts';

/** What a key may do; `admin` covers the administrative calls and `/metrics`. */
export const scopes = ['ingest', 'query', 'policy', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who asks: the tenant whose data the request may touch, and the key that says so (null where no key exists). */
export interface Caller {
  readonly tenant: string;
  readonly keyId: string | null;
  readonly keyName: string | null;
  /** All of them where no key exists. */
  readonly scopes: readonly Scope[];
  /** The agent the key fixes for all it sends, else null. */
  readonly agent: string | null;
  /** What its key has left here; absent where the key has no limits. */
  readonly quota?: Quota | undefined;
}

export interface RequestHeaders {
  readonly authorization?: string | undefined;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

export interface Access {
  /**
   * Without any key in the store: the tenant `default`, everything allowed, but `Host` must be a loopback name and
   * `Origin`, where given, a loopback origin (`forbidden_origin`). With keys: `Authorization: Bearer tg_…` is needed
   * (`unauthenticated`) with the scope asked for (`forbidden`), and within its rate (`rate_limited`).
   */
  authenticate(headers: RequestHeaders, scope: Scope): Promise<Caller>;
}
