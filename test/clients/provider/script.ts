/** One call of a tool that the model is to make. */
interface ScriptedCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Turn {
  readonly calls: readonly ScriptedCall[];
  readonly text: string;
  /** The HTTP status the request is refused with. */
  readonly error: number | null;
  /** Told apart by the step, so that ids are the same in every run. */
  readonly step: number;
}

interface Script {
  /** A turn each: the tools to call together, or the HTTP status to refuse with. */
  readonly steps?: readonly (readonly ScriptedCall[] | number)[];
  readonly answer?: string;
}

type Message = Readonly<Record<string, unknown>>;

/**
 * What the model says next. The last message of a user that is a JSON object is the script; each turn of tool calls since
 * then takes it one step further, and after the last step the answer is given.
 */
export function nextTurn(body: Readonly<Record<string, unknown>>): Turn {
  const messages = messagesOf(body);
  const at = messages.findLastIndex((message) => message['role'] === 'user' && scriptOf(message) !== null);
  const script = (at === -1 ? null : scriptOf(messages[at] ?? {})) ?? {};
  const step = turnsIn(messages.slice(at + 1));
  const next = script.steps?.[step] ?? [];
  const text = script.answer ?? 'Done.';
  return typeof next === 'number' ? { calls: [], text, error: next, step } : { calls: next, text, error: null, step };
}

function messagesOf(body: Readonly<Record<string, unknown>>): readonly Message[] {
  const input = body['messages'] ?? body['input'];
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return Array.isArray(input) ? (input as Message[]) : [];
}

/** Chat has one assistant message a turn, responses one item a call: items side by side are one turn. */
function turnsIn(messages: readonly Message[]): number {
  const isCalls = (message: Message | undefined): boolean =>
    message !== undefined && (Array.isArray(message['tool_calls']) || message['type'] === 'function_call');
  return messages.filter(
    (message, index) => isCalls(message) && (Array.isArray(message['tool_calls']) || !isCalls(messages[index - 1])),
  ).length;
}

function scriptOf({ content }: Message): Script | null {
  const text = typeof content === 'string' ? content : textOfParts(content);
  const start = text.indexOf('{"');
  if (start === -1) return null;
  try {
    return JSON.parse(text.slice(start)) as Script;
  } catch {
    return null;
  }
}

const textOfParts = (content: unknown): string =>
  Array.isArray(content)
    ? (content as Message[]).map(({ text }) => (typeof text === 'string' ? text : '')).join('')
    : '';

/** Counts that follow from the turn alone. */
export const INPUT_TOKENS = 100;
export const outputTokens = ({ calls, text }: Turn): number => (calls.length > 0 ? calls.length * 10 : text.length);

export const event = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** The first half and the second: streams are to have more than one chunk. */
export const halves = (text: string): string[] => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];
