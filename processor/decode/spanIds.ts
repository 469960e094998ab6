import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './limits.ts';

const BYTES = { trace_id: TRACE_ID_BYTES, span_id: SPAN_ID_BYTES, parent_span_id: SPAN_ID_BYTES } as const;

/** Why a span without a usable identity is rejected; few distinct sentences, for they go into one `partial_success`. */
export function idFault(field: keyof typeof BYTES, found: number | 'zero' | 'text'): string {
  const what = { zero: 'only zeros', text: 'something else' };
  const said = typeof found === 'number' ? `${found} bytes` : what[found];
  const expected = field === 'parent_span_id' ? `${BYTES[field]} bytes or none` : `${BYTES[field]} bytes, not all zero`;
  return `${field}: expected ${expected}, found ${said}`;
}
