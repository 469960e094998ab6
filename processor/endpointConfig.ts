/** Who is asked before a call, and who hears of alerts: docs/reference/config.md has the keys. */
import { z } from 'zod';
import { compileGlob, GLOB_CHARS_MAX } from '../src/glob.ts';
import { alertTypes } from '../src/policy/alertTypes.ts';
import { type AlertEndpoint, endpointId } from './alerts/endpoint.ts';
import { signingKeyOf } from './alerts/sign.ts';
import { describeValue } from './configFile.ts';
import { isText, policyName } from './gate/budgetParts.ts';
import { isMapping, namedList, oneOfTexts, section, text, wholeNumber } from './schemaParts.ts';

/** Whom the HTTP callback asks. */
export interface CallbackConfig {
  readonly url: string;
  /** What requests are signed with. */
  readonly key: Buffer;
  readonly timeoutMs: number;
  /** What its silence means. */
  readonly onError: 'allow' | 'deny';
}

const WEBHOOKS_MAX = 20;
const MAILS_MAX = 20;
/** One, and the one that is to take its place. */
const SECRETS_MAX = 2;
const RECIPIENTS_MAX = 50;
const EVENTS_MAX = 20;
const CALLBACK_TIMEOUT_MS_DEFAULT = 200;
/** It is waited for before every call. */
const CALLBACK_TIMEOUT_MS_MAX = 5_000;
const URL_CHARS_MAX = 2_048;
/** RFC 5321 4.5.3.1.3. */
const ADDRESS_CHARS_MAX = 254;

const URL_EXPECTED = `an http or https URL of at most ${URL_CHARS_MAX} characters without a name or password in it`;
const url = z.string({ error: URL_EXPECTED }).refine((value) => {
  const read = readUrl(value);
  return read !== null && /^https?:$/.test(read.protocol) && read.username === '' && read.password === '';
}, URL_EXPECTED);

function readUrl(value: string): URL | null {
  return value.length <= URL_CHARS_MAX && URL.canParse(value) ? new URL(value) : null;
}

const SECRET_EXPECTED =
  'a secret of Standard Webhooks: whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32)';
const signingKey = z.unknown().transform((input, context): Buffer => {
  const key = typeof input === 'string' ? signingKeyOf(input) : null;
  if (key !== null) return key;
  context.issues.push({ code: 'custom', input, message: SECRET_EXPECTED });
  return z.NEVER;
});
const SECRETS_EXPECTED = `${SECRET_EXPECTED}, or a list of ${SECRETS_MAX}`;
const secrets = z.unknown().transform((input, context): readonly string[] => {
  const those: readonly unknown[] = Array.isArray(input) ? input : [input];
  const isSecret = (each: unknown): each is string => typeof each === 'string' && signingKeyOf(each) !== null;
  if (those.length > 0 && those.length <= SECRETS_MAX && those.every(isSecret)) return those;
  context.issues.push({ code: 'custom', input, message: SECRETS_EXPECTED });
  return z.NEVER;
});

const callbackShape = {
  url,
  secret: signingKey,
  timeout_ms: wholeNumber(1, CALLBACK_TIMEOUT_MS_MAX).default(CALLBACK_TIMEOUT_MS_DEFAULT),
  on_error: oneOfTexts(['allow', 'deny']).default('allow'),
};
export const callback = section(callbackShape).transform((written): CallbackConfig => ({
  url: written.url,
  key: written.secret,
  timeoutMs: written.timeout_ms,
  onError: written.on_error,
}));

const EVENTS_EXPECTED = `a list of 1 to ${EVENTS_MAX} globs, each on one or more of ${alertTypes.join(', ')}`;
const events = z
  .array(
    z.string({ error: EVENTS_EXPECTED }).refine((glob) => {
      return isText(glob, GLOB_CHARS_MAX) && alertTypes.some(compileGlob(glob));
    }, EVENTS_EXPECTED),
    { error: EVENTS_EXPECTED },
  )
  .min(1, EVENTS_EXPECTED)
  .max(EVENTS_MAX, EVENTS_EXPECTED)
  .default(['*']);

const webhookShape = {
  name: policyName.optional(),
  url,
  secret: secrets.optional(),
  events,
  format: oneOfTexts(['standard', 'slack']).default('standard'),
};
const webhook = section(webhookShape)
  .refine((written) => written.format !== 'standard' || written.secret !== undefined, {
    error: SECRETS_EXPECTED,
    path: ['secret'],
    when: ({ value, issues }) => isMapping(value) && issues.every(({ path }) => path?.[0] !== 'secret'),
  })
  .transform(({ name, url: address, secret, events: globs, format }): AlertEndpoint => {
    const id = endpointId(name ?? null, address);
    if (format === 'slack') return { id, format, url: address, events: globs };
    return { id, format, url: address, events: globs, secrets: secret ?? [] };
  });
export const webhooks = namedList(webhook, 'webhooks', WEBHOOKS_MAX, 'id');

const SMTP_EXPECTED = `a URL such as smtp://user:password@mail.example.com:587, or smtps:, of at most ${URL_CHARS_MAX} characters`;
const smtpUrl = z.string({ error: SMTP_EXPECTED }).refine((value) => {
  const read = readUrl(value);
  return read !== null && /^smtps?:$/.test(read.protocol) && read.hostname !== '';
}, SMTP_EXPECTED);

/** It goes into header lines, so nothing that could end one. */
const address = text(
  new RegExp(`^(?=.{3,${ADDRESS_CHARS_MAX}}$)[^\\s@<>,;:"()\\p{Cc}]+@[^\\s@<>,;:"()\\p{Cc}]+$`, 'u'),
  `a mail address such as ops@example.com, at most ${ADDRESS_CHARS_MAX} characters`,
);
const RECIPIENTS_EXPECTED = `a list of 1 to ${RECIPIENTS_MAX} mail addresses`;

const mailShape = {
  name: policyName.optional(),
  smtp_url: smtpUrl,
  from: address,
  to: z
    .array(address, { error: RECIPIENTS_EXPECTED })
    .min(1, RECIPIENTS_EXPECTED)
    .max(RECIPIENTS_MAX, RECIPIENTS_EXPECTED),
  events,
};
const mail = section(mailShape).transform((written): AlertEndpoint => ({
  // No name has a colon, so that a webhook and a mail may have the same.
  id: `email:${endpointId(written.name ?? null, written.to.join(','))}`,
  format: 'email',
  smtpUrl: written.smtp_url,
  from: written.from,
  to: written.to,
  events: written.events,
}));
export const email = namedList(mail, 'addresses for mail', MAILS_MAX, 'id');

export const endpointKeys: readonly string[] = [
  ...Object.keys(callbackShape).map((key) => `callback.${key}`),
  ...Object.keys(webhookShape).map((key) => `webhooks[].${key}`),
  ...Object.keys(mailShape).map((key) => `email[].${key}`),
];

const endpointParts = new Set<PropertyKey>(['callback', 'webhooks', 'email']);
const plainKeys = new Set<PropertyKey>(['name', 'timeout_ms', 'on_error', 'events', 'format', 'from', 'to']);

/** What a problem says was found, without secrets: chat services' URLs are secret too. Null where the path is another's. */
export function describeEndpoint(value: unknown, path: readonly PropertyKey[]): string | null {
  const [part] = path;
  if (part === undefined || !endpointParts.has(part)) return null;
  if (value === undefined || path.some((key) => plainKeys.has(key))) return describeValue(value);
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return typeof value === 'object' && value !== null ? 'a list or a mapping' : `a ${typeof value}`;
}
