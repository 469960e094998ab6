const KEY = /tg_[A-Za-z0-9_-]{43}/g;

/**
 * The text without API keys. Nothing writes one on purpose; what a sender put into a path or a parameter, or a library into a
 * message, may hold one.
 */
export function withoutKeys(text: string): string {
  return text.replace(KEY, 'tg_(redacted)');
}
