/**
 * What a request asks of the stand-in provider in its `x-stand-in` header: `name=value` pairs parted by `;`.
 * A token bucket given here replaces the counted one; the others stay as counted from the text.
 */
const TOKEN_NAMES = [
  'uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'audio_input',
  'audio_output',
  'web_search',
] as const;
type TokenName = (typeof TOKEN_NAMES)[number];

const NUMBER_NAMES = [
  'status',
  'times',
  'retry_after',
  'delay_ms',
  'chunk_delay_ms',
  'reset_after',
  ...TOKEN_NAMES,
] as const;
type NumberName = (typeof NUMBER_NAMES)[number];
const TEXT_NAMES = ['tier', 'tool', 'id', 'reject', 'usage', 'text'] as const;
type TextName = (typeof TEXT_NAMES)[number];

export interface Directives {
  readonly numbers: Readonly<Partial<Record<NumberName, number>>>;
  readonly texts: Readonly<Partial<Record<TextName, string>>>;
}

const includes = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  names.some((known) => known === name);

/** Throws on a name or number it does not know, so that a typing error in a test is seen at once. */
export function parseDirectives(header: string | undefined): Directives {
  const numbers: Partial<Record<NumberName, number>> = {};
  const texts: Partial<Record<TextName, string>> = {};
  for (const part of (header ?? '').split(';')) {
    if (part.trim() === '') continue;
    const [name = '', ...rest] = part.split('=');
    const key = name.trim();
    const value = rest.join('=').trim();
    if (includes(NUMBER_NAMES, key)) {
      if (!/^\d+$/.test(value)) throw new Error(`x-stand-in: ${key} needs a whole number, found "${value}"`);
      numbers[key] = Number(value);
    } else if (includes(TEXT_NAMES, key)) texts[key] = value;
    else
      throw new Error(
        `x-stand-in: unknown name "${key}", expected one of ${[...NUMBER_NAMES, ...TEXT_NAMES].join(' ')}`,
      );
  }
  return { numbers, texts };
}

export function tokenDirective(directives: Directives, name: TokenName, counted: number): number {
  return directives.numbers[name] ?? counted;
}
