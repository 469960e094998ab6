import { namedProviderId } from './providerNames.ts';

/** What a `maps_to` leads to: `PROVIDER/MODEL` where its first part is a provider's name, else a model of the same provider. */
export function mappedName(provider: string | null, mapsTo: string): { provider: string | null; model: string } {
  const slash = mapsTo.indexOf('/');
  const prefix = mapsTo.slice(0, Math.max(0, slash)).toLowerCase();
  const isNamed = slash > 0 && namedProviderId(prefix) !== null;
  return isNamed ? { provider: prefix, model: mapsTo.slice(slash + 1) } : { provider, model: mapsTo };
}
