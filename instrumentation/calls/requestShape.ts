import { createHash, randomBytes } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import { isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { RequestForm } from './operation.ts';
import { hashRequest } from './requestHash.ts';
import { measureRequest } from './requestMeasure.ts';
import type { RequestMeasure } from './requestMeasure.ts';

/** How much of a request's shape its span has. */
export interface ShapeConfig {
  readonly detail: 'hashes' | 'sizes' | 'off';
  /** With which hashes are keyed; null makes one for this process, whose hashes nobody else's equal. */
  readonly secret: string | null;
}

let detail: ShapeConfig['detail'] = 'off';
let key: Uint8Array = new Uint8Array();

export function configureShape(config: ShapeConfig): void {
  ({ detail } = config);
  if (detail !== 'hashes') return;
  const secret = config.secret ?? randomBytes(32);
  // What is hashed with the key says nothing about what the key opens.
  key = createHash('sha256').update('tollgate.request.hash\0').update(secret).digest();
}

/** What a request consists of, by size, and by hashes that tell whether it is made of the same as another; no content. */
export function shapeOf(body: unknown, form: RequestForm, measured?: RequestMeasure): Attributes {
  if (detail === 'off' || !isFields(body)) return {};
  const { bytes, images, messages } = measured ?? measureRequest(body, form);
  const attributes: Attributes = { 'tollgate.request.messages': messages };
  for (const [role, count] of Object.entries(bytes))
    if (count > 0) attributes[`tollgate.request.bytes.${role}`] = count;
  if (images > 0) attributes['tollgate.request.images'] = images;
  return detail === 'sizes' ? attributes : { ...attributes, ...hashesOf(body, form) };
}

function hashesOf(body: Fields, form: RequestForm): Attributes {
  try {
    const hashes = hashRequest(body, form, key);
    if (hashes === null) return {};
    return {
      'tollgate.request.hash': hashes.whole,
      ...(hashes.prefix === null ? {} : { 'tollgate.request.prefix_hash': hashes.prefix }),
    };
  } catch {
    // Schemas that cannot be written as JSON: what is sent for them is not known.
    return {};
  }
}
