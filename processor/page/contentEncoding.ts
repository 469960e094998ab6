/** The encodings a file is kept in, the smallest first: which of them is sent where several may be. */
export const contentEncodings = ['br', 'gzip', 'identity'] as const;
export type ContentEncoding = (typeof contentEncodings)[number];

/** RFC 9110 12.4.2: at most three decimals. Anything else is no weight. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The first of those there are that an `Accept-Encoding` header takes (RFC 9110 12.5.3). What is not encoded is sent to whoever
 * takes nothing else, and to those who refuse even that: it can be read by everybody.
 */
export function chooseEncoding(header: string | undefined, available: ReadonlySet<ContentEncoding>): ContentEncoding {
  const accepted = readAccepted(header ?? '');
  const takes = (encoding: ContentEncoding): boolean => accepted.get(encoding) ?? accepted.get('*') ?? false;
  return contentEncodings.find((encoding) => available.has(encoding) && takes(encoding)) ?? 'identity';
}

function readAccepted(header: string): Map<string, boolean> {
  const accepted = new Map<string, boolean>();
  for (const item of header.split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weights = parameters.map((parameter) => WEIGHT.exec(parameter)?.[1] ?? '0');
    accepted.set(
      coding.toLowerCase(),
      weights.every((weight) => Number(weight) > 0),
    );
  }
  return accepted;
}
