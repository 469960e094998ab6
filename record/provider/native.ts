import type { ProviderRequest, TokenCounts } from '../../demo/provider/exchange.ts';

/** A request to one of the APIs that only recordings need; `method` is the last part of the path. */
export interface NativeRequest extends ProviderRequest {
  readonly method: string;
}

interface Billed {
  readonly responseId: string | null;
  readonly sentModel: string;
  readonly tokens: TokenCounts;
  readonly headers: Readonly<Record<string, string>>;
}

export type NativeAnswer =
  | (Billed & { readonly kind: 'json'; readonly body: object })
  | (Billed & { readonly kind: 'events'; readonly events: readonly object[] });
