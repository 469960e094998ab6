import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import type { Overrides } from '../../src/pricing/overrides.ts';
import type { Pricing } from '../../src/pricing/pricing.ts';
import type { RateData } from '../../src/pricing/rateData.ts';
import type { Actor } from '../access/auditLog.ts';

/** The prices of one epoch; immutable. */
export interface PriceSnapshot {
  /** Counts the changes of prices: what is priced by a snapshot is committed only while its epoch is the one in the database. */
  readonly epoch: number;
  readonly pricing: Pricing;
  /** The tenant's own prices, then those of the file. */
  readonly overridesOf: (tenant: string) => Overrides;
}

/** A price as it stands in the database, or in the file. */
export interface KnownPrice extends WrittenPrice {
  readonly setBy: 'api' | 'file';
  /** Null for one of the file. */
  readonly createdAt: Date | null;
}

/** What an import makes of the cards that were in force. */
export interface ImportedCard {
  readonly version: string;
  /** Of the file; null: the library's own. */
  readonly sha256: string | null;
  /** False: the very same was in force already, nothing changed. */
  readonly isNew: boolean;
}

export interface PriceBook {
  /** What this process knows now: at most about a second old, and at once after its own changes. */
  readonly snapshot: PriceSnapshot;
  /** Asks the database. */
  refresh(): Promise<PriceSnapshot>;
  /**
   * One with the same provider, model and `from` is replaced; `from` may be `now`, which is the time of the database in whole
   * milliseconds. Throws `bad_parameter`, and `conflict` where the tenant has too many.
   */
  put(
    tenant: string,
    price: WrittenPrice,
    actor: Actor,
  ): Promise<{ readonly created: boolean; readonly price: WrittenPrice }>;
  /** Ends what is in force now and drops what would be later; resolves to how many those were. Throws `not_found`. */
  end(tenant: string, provider: string, model: string, actor: Actor): Promise<number>;
  /** The tenant's own, ended ones too, then the file's: by provider, model and start. */
  list(tenant: string): Promise<readonly KnownPrice[]>;
  /** Rate data that prices from now on, instead of the library's; those before are kept. `null`: the library's again. Throws `bad_parameter`. */
  importCard(data: ImportFile | null, actor: Actor): Promise<ImportedCard>;
  cardInForce(): Promise<CardInForce>;
}

/** The rate data that prices now. */
export interface CardInForce {
  readonly data: RateData;
  /** Null: the library's. */
  readonly importedAt: Date | null;
}

/** The bytes of a rate card file, as genai-prices publishes it, and what to call it. */
export interface ImportFile {
  readonly version: string;
  readonly content: Buffer;
}
