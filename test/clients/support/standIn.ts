import { startProvider } from '../../support/provider/startProvider.ts';
import type { BilledCall } from '../../support/provider/startProvider.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
  /** What it was answered with; null where the connection went first. */
  readonly status: number | null;
}

/** A provider on a loopback port, for one run of one application. */
export interface StandIn {
  /** What the application needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly RecordedRequest[];
  /** Every call the provider would put on the bill, where it keeps books. */
  readonly billed?: readonly BilledCall[];
  close(): Promise<void>;
}

/** The OpenAI, Azure OpenAI and Anthropic wires. */
export async function standardStandIn(): Promise<StandIn> {
  const provider = await startProvider();
  const { url, requests, billed } = provider;
  return {
    environment: {
      PROVIDER_URL: url,
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: 'test',
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'test',
    },
    requests,
    billed,
    close: () => provider.close(),
  };
}
