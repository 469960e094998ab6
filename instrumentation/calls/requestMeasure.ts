import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { RequestForm } from './operation.ts';
import {
  DEPTH_MAX,
  dataNames,
  fieldAt,
  isOpaque,
  kindOfName,
  kindOfType,
  roleOfField,
  roleOfPart,
  wireNames,
} from './requestParts.ts';
import type { RequestRole } from './requestParts.ts';

/** What a request has in it, as far as its cost can be bounded from that. */
export interface RequestMeasure {
  /** UTF-8 of all that is text, by whose it is. Images are not in it. */
  readonly bytes: Record<RequestRole, number>;
  /** What is sent as schemas, each as `name=JSON`; null where one cannot be written. */
  schemas: string[] | null;
  inputBytes: number;
  messages: number;
  tools: number;
  images: number;
  /** False where the provider reads more than is sent. */
  isBounded: boolean;
  /** The dearest cache write that is asked for; null where none is. */
  cacheWrite: '5m' | '1h' | null;
}

/** A date as JSON, with its quotes, four digits of a year and a sign. */
const DATE_BYTES = 29;
/** `false` and `null`, with what stands around them. */
const LITERAL_BYTES = 5;
/** The quotes, the colon and the comma of a key. */
const KEY_BYTES = 4;

export function measureRequest(body: Fields, form: RequestForm): RequestMeasure {
  const measure: RequestMeasure = {
    bytes: { system: 0, user: 0, assistant: 0, tool: 0, tools: 0 },
    schemas: [],
    inputBytes: 0,
    messages: 0,
    tools: 0,
    images: 0,
    isBounded: form.remembered.every((name) => (fieldAt(body, name) ?? null) === null),
    cacheWrite: null,
  };
  for (const name of form.contents) addField(name, fieldAt(body, name) ?? null, measure);
  for (const name of form.schemas) addSchema(name, fieldAt(body, name) ?? null, measure);
  // A prompt that the provider keeps, by its id.
  if (isFields(body['prompt']) && typeof body['prompt']['id'] === 'string') measure.isBounded = false;
  readCacheMark(body, measure);
  const { system, user, assistant, tool, tools } = measure.bytes;
  measure.inputBytes = system + user + assistant + tool + tools;
  return measure;
}

/** What stands between messages costs a few tokens each; a plain text is one message. */
function addField(name: string, value: unknown, measure: RequestMeasure): void {
  if (value === null) return;
  if (name === 'images') {
    measure.images += Array.isArray(value) ? value.length : 1;
    return;
  }
  measure.messages += Array.isArray(value) && typeof value[0] !== 'number' ? value.length : 1;
  addContent(value, measure, roleOfField(name), 0);
}

function addContent(value: unknown, measure: RequestMeasure, role: RequestRole, depth: number): void {
  if (typeof value === 'string') measure.bytes[role] += Buffer.byteLength(value);
  // One token, where a prompt is given as tokens; else a digit has one byte.
  else if (typeof value === 'number') measure.bytes[role] += String(value).length;
  else if (typeof value === 'boolean' || value === null) measure.bytes[role] += LITERAL_BYTES;
  else if (typeof value !== 'object') return;
  else if (depth > DEPTH_MAX) measure.isBounded = false;
  else if (Array.isArray(value)) for (const item of value) addContent(item, measure, role, depth + 1);
  else if (isOpaque(value)) addOpaque(value, measure, role);
  else addPart(value as Fields, measure, roleOfPart(value as Fields) ?? role, depth);
}

function addOpaque(value: object, measure: RequestMeasure, role: RequestRole): void {
  if (value instanceof Date) measure.bytes[role] += DATE_BYTES;
  else measure.isBounded = false;
}

function addPart(part: Fields, measure: RequestMeasure, role: RequestRole, depth: number): void {
  readCacheMark(part, measure);
  const isNamed = part['type'] === undefined && part['role'] === undefined;
  const kind = kindOfType(part);
  if (kind === 'image') measure.images += 1;
  else if (kind === 'unbounded') measure.isBounded = false;
  else for (const name of Object.keys(part)) addMember(name, part[name], measure, role, depth, isNamed);
}

/** The name of a role or a type, an id: inside what every message is allowed for. */
function addMember(
  name: string,
  item: unknown,
  measure: RequestMeasure,
  role: RequestRole,
  depth: number,
  isNamed: boolean,
): void {
  if (item === undefined || name === 'type' || name === 'role' || name === 'cache_control') return;
  if (name === 'images' && !isNamed && Array.isArray(item)) {
    measure.images += item.length;
    return;
  }
  const kind = isNamed ? kindOfName(name, item) : 'text';
  if (kind === 'image') measure.images += 1;
  else if (kind === 'unbounded') measure.isBounded = false;
  else if (name === 'redactedContent' && ArrayBuffer.isView(item))
    // Sent as base64, and read as less.
    measure.bytes[role] += Math.ceil(item.byteLength / 3) * 4;
  else if (name !== 'cachePoint') {
    if (isNamed && !wireNames.has(name)) measure.bytes[role] += Buffer.byteLength(name) + KEY_BYTES;
    if (dataNames.has(name)) addData(item, measure, role, depth + 1);
    else addContent(item, measure, role, depth + 1);
  }
}

/** Arguments of a tool are written out with their keys, and nothing in them is a part of a message. */
function addData(value: unknown, measure: RequestMeasure, role: RequestRole, depth: number): void {
  if (typeof value !== 'object' || value === null || isOpaque(value)) addContent(value, measure, role, depth);
  else if (depth > DEPTH_MAX) measure.isBounded = false;
  else if (Array.isArray(value)) for (const item of value) addData(item, measure, role, depth + 1);
  else {
    for (const [name, item] of Object.entries(value)) {
      measure.bytes[role] += Buffer.byteLength(name) + KEY_BYTES;
      addData(item, measure, role, depth + 1);
    }
  }
}

/** Gemini lists the functions inside its tools, Bedrock the tools inside their configuration. */
function addSchema(name: string, value: unknown, measure: RequestMeasure): void {
  if (value === null) return;
  addJson(name, value, measure);
  const list = Array.isArray(value) ? value : fieldsOrEmpty(value)['tools'];
  if (!Array.isArray(list)) return;
  for (const tool of list.map(fieldsOrEmpty)) {
    readCacheMark(tool, measure);
    const declared = tool['functionDeclarations'] ?? tool['function_declarations'];
    if (tool['cachePoint'] === undefined) measure.tools += Array.isArray(declared) ? declared.length : 1;
  }
}

function addJson(name: string, value: unknown, measure: RequestMeasure): void {
  try {
    const json = JSON.stringify(value) ?? '';
    measure.bytes.tools += Buffer.byteLength(json);
    measure.schemas?.push(`${name}=${json}`);
  } catch {
    // What cannot be written cannot be sent either, unless somebody writes it otherwise.
    measure.isBounded = false;
    measure.schemas = null;
  }
}

/** Anthropic marks a part, Bedrock puts a mark between parts. */
function readCacheMark(part: Fields, measure: RequestMeasure): void {
  const mark = part['cache_control'] ?? part['cachePoint'];
  if (isFields(mark) && measure.cacheWrite !== '1h') measure.cacheWrite = mark['ttl'] === '1h' ? '1h' : '5m';
}
