import { createHash, randomBytes } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import { isFields } from '../fields.ts';
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

const bytesAttributes = (['system', 'user', 'assistant', 'tool', 'tools'] as const).map(
  (role) => [role, `tollgate.request.bytes.${role}`] as const,
);

let detail: ShapeConfig['detail'] = 'off';
let key = '';

export function configureShape(config: ShapeConfig): void {
  ({ detail } = config);
  if (detail !== 'hashes') return;
  const secret = config.secret ?? randomBytes(32);
  // What is hashed with the key says nothing about what the key opens.
  key = createHash('sha256').update('tollgate.request.hash\0').update(secret).digest('hex');
}

/** What a request consists of, by size, and by hashes that tell whether it is made of the same as another; no content. */
export function shapeOf(body: unknown, form: RequestForm, measured?: RequestMeasure): Attributes {
  if (detail === 'off' || !isFields(body)) return {};
  const { bytes, images, messages, schemas } = measured ?? measureRequest(body, form);
  const attributes: Attributes = { 'tollgate.request.messages': messages };
  for (const [role, name] of bytesAttributes) if (bytes[role] > 0) attributes[name] = bytes[role];
  if (images > 0) attributes['tollgate.request.images'] = images;
  const hashes = detail === 'hashes' ? hashRequest(body, form, schemas, key) : null;
  if (hashes === null) return attributes;
  attributes['tollgate.request.hash'] = hashes.whole;
  if (hashes.prefix !== null) attributes['tollgate.request.prefix_hash'] = hashes.prefix;
  return attributes;
}
