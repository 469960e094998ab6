import type { Queries } from '../store/database.ts';
import { sharePrices } from './priceLock.ts';

/** A batch was priced by prices that are no longer in force: priced anew it may be committed. */
export class PricesChanged extends Error {
  constructor(pricedEpoch: number, epoch: number) {
    super(`The calls were priced in epoch ${pricedEpoch} of the prices, and it is epoch ${epoch} now.`);
    this.name = 'PricesChanged';
  }
}

/**
 * Inside a transaction, before it locks anything else: no price changes until its end. Throws `PricesChanged` unless every epoch
 * given is the one in force.
 */
export async function requirePrices(client: Queries, pricedEpochs: Iterable<number>): Promise<void> {
  const epoch = await sharePrices(client);
  for (const priced of pricedEpochs) if (priced !== epoch) throw new PricesChanged(priced, epoch);
}
