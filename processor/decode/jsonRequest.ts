import type { AttributeValue, Resource, Scope, WantedKeys } from '../../src/span.ts';
import { readJsonAttributes } from './jsonAttributes.ts';
import { optionalArray, optionalObject, optionalString, toObject, type JsonObject } from './jsonShape.ts';
import { parseJson } from './jsonText.ts';
import type { RequestTally } from './requestTally.ts';

/** How a signal calls the three levels of its request. */
interface LevelNames {
  readonly resources: string;
  readonly scopes: string;
  readonly items: string;
}

export interface JsonPass<Item> {
  readonly names: LevelNames;
  readonly wanted: WantedKeys;
  readonly tally: RequestTally;
  /** Reads one span or log record; null for one that is not to be kept. */
  readonly readItem: (source: JsonObject, path: string, resource: Resource, scope: Scope) => Item | null;
}

interface ReadItems<Item> {
  readonly items: Item[];
  /** The place of each of `items` among all. */
  readonly ordinals: number[];
  /** All items, those not kept among them. */
  received: number;
}

export function readJsonRequest<Item>(body: Uint8Array, pass: JsonPass<Item>): Readonly<ReadItems<Item>> {
  const request = toObject(parseJson(body), '$');
  const into: ReadItems<Item> = { items: [], ordinals: [], received: 0 };
  for (const [index, entry] of optionalArray(request, pass.names.resources, '').entries()) {
    const path = `${pass.names.resources}[${index}]`;
    readResourceItems(toObject(entry, path), path, pass, into);
  }
  return into;
}

function readResourceItems<Item>(source: JsonObject, path: string, pass: JsonPass<Item>, into: ReadItems<Item>): void {
  const { names, wanted, tally, readItem } = pass;
  const resource = { attributes: new Map<string, AttributeValue>() };
  const resourceSource = optionalObject(source, 'resource', path);
  if (resourceSource !== null) {
    readJsonAttributes(resourceSource, `${path}.resource`, wanted, tally, resource.attributes);
  }
  for (const [index, entry] of optionalArray(source, names.scopes, path).entries()) {
    const scopePath = `${path}.${names.scopes}[${index}]`;
    const scopeItems = toObject(entry, scopePath);
    const scope = readScope(optionalObject(scopeItems, 'scope', scopePath), `${scopePath}.scope`);
    for (const [itemIndex, itemSource] of optionalArray(scopeItems, names.items, scopePath).entries()) {
      const ordinal = into.received;
      into.received = ordinal + 1;
      const itemPath = `${scopePath}.${names.items}[${itemIndex}]`;
      const item = readItem(toObject(itemSource, itemPath), itemPath, resource, scope);
      if (item === null) continue;
      tally.takeItem();
      into.items.push(item);
      into.ordinals.push(ordinal);
    }
  }
}

function readScope(source: JsonObject | null, path: string): Scope {
  if (source === null) return { name: '', version: '' };
  return { name: optionalString(source, 'name', path), version: optionalString(source, 'version', path) };
}
