import { cleanDimension } from '../attribution/cleanDimension.ts';
import { readSubject } from '../attribution/subject.ts';
import type { Subject } from '../call.ts';
import type { Resource } from '../span.ts';
import { index } from './dialects.ts';
import { at, collect } from './fields.ts';

interface ResourceReading {
  readonly service: string | null;
  readonly environment: string | null;
  readonly subject: Subject;
}

/** Spans of one export share the object, so it is read once. The result depends on the resource alone. */
const read = new WeakMap<Resource, ResourceReading>();

export function readResource(resource: Resource): ResourceReading {
  const known = read.get(resource);
  if (known !== undefined) return known;
  const found = collect(resource.attributes, index);
  const reading: ResourceReading = {
    service: cleanDimension(found.values[at.service]),
    environment: cleanDimension(found.values[at.environment]),
    subject: readSubject(found, { name: '', kind: 0, traceState: '' }),
  };
  read.set(resource, reading);
  return reading;
}
