import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { RequestForm } from './operation.ts';

/** What a request has in it, as far as its cost can be bounded from that. */
export interface RequestMeasure {
  inputBytes: number;
  messages: number;
  tools: number;
  images: number;
  /** False where the provider reads more than is sent. */
  isBounded: boolean;
  /** The dearest cache write that is asked for; null where none is. */
  cacheWrite: '5m' | '1h' | null;
}

/** A request nested deeper is not made of messages; what it holds is then unknown. */
const DEPTH_MAX = 32;

/** Content parts of a size that the text does not tell. Images are counted, each up to the model's most. */
const imageTypes: ReadonlySet<unknown> = new Set([
  'image_url',
  'input_image',
  'image',
  'computer_screenshot',
  'image_generation_call',
]);
const unboundedTypes: ReadonlySet<unknown> = new Set([
  'input_audio',
  'audio',
  'input_file',
  'file',
  'container_upload',
  'item_reference',
  'video_url',
]);

export function measureRequest(body: Fields, form: RequestForm): RequestMeasure {
  const measure: RequestMeasure = {
    inputBytes: 0,
    messages: 0,
    tools: countOfList(body['tools']) + countOfList(body['functions']),
    images: 0,
    isBounded: form.remembered.every((name) => (body[name] ?? null) === null),
    cacheWrite: null,
  };
  for (const name of form.contents) addContent(body[name], measure, 0);
  for (const name of form.schemas) addSchema(body[name], measure);
  // A prompt that the provider keeps, by its id.
  if (isFields(body['prompt']) && typeof body['prompt']['id'] === 'string') measure.isBounded = false;
  readCacheControl(body, measure);
  measure.messages = messagesOf(body);
  return measure;
}

const countOfList = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** What stands between messages costs a few tokens each; a plain text is one message. */
function messagesOf(body: Fields): number {
  const lists = [body['messages'], body['input'], body['system'], body['prompt']].filter(
    (value) => value !== undefined && value !== null,
  );
  const tokens = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'number';
  const count = lists.reduce<number>(
    (sum, value) => sum + (Array.isArray(value) && !tokens(value) ? value.length : 1),
    0,
  );
  return count + (typeof body['instructions'] === 'string' ? 1 : 0);
}

function addContent(value: unknown, measure: RequestMeasure, depth: number): void {
  if (typeof value === 'string') measure.inputBytes += Buffer.byteLength(value);
  // One token, where a prompt is given as tokens; else a digit has one byte.
  else if (typeof value === 'number') measure.inputBytes += String(value).length;
  else if (Array.isArray(value)) {
    if (depth > DEPTH_MAX) measure.isBounded = false;
    else for (const item of value) addContent(item, measure, depth + 1);
  } else if (isFields(value)) addPart(value, measure, depth);
}

function addPart(part: Fields, measure: RequestMeasure, depth: number): void {
  if (depth > DEPTH_MAX) {
    measure.isBounded = false;
    return;
  }
  const { type } = part;
  readCacheControl(part, measure);
  if (imageTypes.has(type)) {
    measure.images += 1;
    return;
  }
  if (unboundedTypes.has(type) || isRemoteDocument(part)) {
    measure.isBounded = false;
    return;
  }
  // The name of a role or a type, an id: inside what every message is allowed for.
  const isData = type === undefined && part['role'] === undefined;
  for (const [key, item] of Object.entries(part)) {
    if (key === 'type' || key === 'role' || key === 'cache_control') continue;
    // Arguments of a tool are written out with their keys: a key, its quotes, a colon and a comma.
    if (isData) measure.inputBytes += Buffer.byteLength(key) + 4;
    if (typeof item === 'boolean' || item === null) measure.inputBytes += 5;
    else addContent(item, measure, depth + 1);
  }
}

/** A document as text or as parts is as long as it is; a PDF, or one at an address, is as long as it turns out. */
function isRemoteDocument(part: Fields): boolean {
  if (part['type'] !== 'document') return false;
  const source = fieldsOrEmpty(part['source'])['type'];
  return source !== 'text' && source !== 'content';
}

function addSchema(value: unknown, measure: RequestMeasure): void {
  if (value === undefined || value === null) return;
  measure.inputBytes += Buffer.byteLength(JSON.stringify(value) ?? '');
  if (Array.isArray(value)) for (const tool of value) readCacheControl(fieldsOrEmpty(tool), measure);
}

function readCacheControl(part: Fields, measure: RequestMeasure): void {
  const control = part['cache_control'];
  if (!isFields(control)) return;
  if (measure.cacheWrite !== '1h') measure.cacheWrite = control['ttl'] === '1h' ? '1h' : '5m';
}
