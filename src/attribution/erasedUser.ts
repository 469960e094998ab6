/**
 * What stands in a user's place once the id was erased (docs/privacy.md): random, so that nobody can tell whose it was, and
 * of a form by which it is known again. A sender that writes such an id itself gets what it asks for: a user that stays.
 */
export const ERASED_USER_PREFIX = 'erased-';
/** 128 random bits, hexadecimal. */
export const ERASED_USER_BYTES = 16;

const ERASED_USER = /^erased-[0-9a-f]{32}$/;
/** The same, for PostgreSQL. */
export const ERASED_USER_SQL = `'^erased-[0-9a-f]{32}$'`;

export function isErasedUser(user: string | null): user is string {
  return user !== null && user.startsWith(ERASED_USER_PREFIX) && ERASED_USER.test(user);
}
