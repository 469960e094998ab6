import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** A request nested deeper is not made of messages; what it holds is then unknown. */
export const DEPTH_MAX = 32;

/** Whose words a part of a request is; `tools` are the definitions of tools and the schemas of answers. */
export type RequestRole = 'system' | 'user' | 'assistant' | 'tool' | 'tools';

const roles: Readonly<Record<string, RequestRole>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  model: 'assistant',
  chatbot: 'assistant',
  tool: 'tool',
  function: 'tool',
};

/** Fields of a request whose text has no role of its own. */
const fieldRoles: Readonly<Record<string, RequestRole>> = {
  system: 'system',
  instructions: 'system',
  systemInstruction: 'system',
  system_instruction: 'system',
  preamble: 'system',
  tool_results: 'tool',
};

export const roleOfField = (name: string): RequestRole => fieldRoles[name] ?? 'user';

/** The role of a message, or of a part that is somebody else's than the message it stands in; null where it has none. */
export function roleOfPart(part: Fields): RequestRole | null {
  const { role, type } = part;
  if (typeof role === 'string') return roles[role.toLowerCase()] ?? null;
  if (typeof type !== 'string') {
    if (isFields(part['toolResult']) || isFields(part['functionResponse'])) return 'tool';
    return null;
  }
  if (type.endsWith('_output') || type.endsWith('tool_result')) return 'tool';
  return type.endsWith('_call') || type === 'reasoning' ? 'assistant' : null;
}

/** What a part is as far as its length goes: text as it stands, an image, or something whose text tells no length. */
export type PartKind = 'text' | 'image' | 'unbounded';

/** Images are counted, each up to the model's most. */
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
  'document_url',
  'reference',
]);

/** A part that says its type. */
export function kindOfType(part: Fields): PartKind {
  const { type } = part;
  if (imageTypes.has(type)) return 'image';
  if (unboundedTypes.has(type)) return 'unbounded';
  if (type !== 'document') return 'text';
  // Cohere's is data; Anthropic's is as long as it is only where its source is text or parts.
  if (part['document'] !== undefined) return 'text';
  const source = fieldsOrEmpty(part['source'])['type'];
  return source === 'text' || source === 'content' ? 'text' : 'unbounded';
}

/** A part of Gemini's or Bedrock's, which says what it is by the name of its one field. */
export function kindOfName(name: string, value: unknown): PartKind {
  if (!isFields(value)) return 'text';
  if (name === 'inlineData' || name === 'inline_data') return kindOfMedia(value);
  if (name === 'image') return 'image';
  if (name === 'fileData' || name === 'file_data' || name === 'video' || name === 'audio') return 'unbounded';
  if (name !== 'document') return 'text';
  const source = fieldsOrEmpty(value['source']);
  return value['source'] === undefined || source['text'] !== undefined || source['content'] !== undefined
    ? 'text'
    : 'unbounded';
}

function kindOfMedia(media: Fields): PartKind {
  const mediaType = textOf(media['mimeType'] ?? media['mime_type']) ?? '';
  if (mediaType.startsWith('image/')) return 'image';
  // Base64 of a text is longer than the text.
  return mediaType.startsWith('text/') ? 'text' : 'unbounded';
}

/** Fields that hold what an application made up: nothing in it means anything, and all its keys are sent. */
export const dataNames: ReadonlySet<string> = new Set(['input', 'args', 'arguments', 'json', 'response']);

/** Words of the wires themselves, inside what every message is allowed for. */
export const wireNames: ReadonlySet<string> = new Set(['text', 'parts', 'content', 'message', 'mimeType', 'data']);

/** Says how a part is written, not what is in it; a message that was the last and is no more loses its mark. */
export const markNames: ReadonlySet<string> = new Set(['cache_control', 'cachePoint']);

/** A field of a request by its path, such as `generationConfig.responseSchema`. */
export function fieldAt(body: Fields, path: string): unknown {
  if (!path.includes('.')) return body[path];
  return path.split('.').reduce<unknown>((value, name) => fieldsOrEmpty(value)[name], body);
}

/** Bytes are never looked at one by one; what writes itself as JSON does so as it likes. */
export const isOpaque = (value: object): boolean =>
  ArrayBuffer.isView(value) ||
  value instanceof ArrayBuffer ||
  ('toJSON' in value && typeof value.toJSON === 'function');
