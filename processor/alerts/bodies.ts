import { storableText } from '../../src/storableText.ts';
import type { SentAlert } from './delivery.ts';

/** Standard Webhooks: less than 20 kB. */
const BODY_BYTES_MAX = 20_000;
const MESSAGE_CHARS_MAX = 2_000;
/** Slack takes 3,000 in a block, and an escaped character has up to 5. */
const SLACK_CHARS_MAX = 600;
const SUBJECT_CHARS_MAX = 200;

/** `{type, timestamp, data}`; where that is too large, without the alert's own data. */
export function standardBody(alert: SentAlert): string {
  const { type, severity, tenant, budget, at } = alert;
  const common = { tenant, severity, budget, message: cut(alert.message, MESSAGE_CHARS_MAX) };
  const whole = JSON.stringify({ type, timestamp: at.toISOString(), data: { ...alert.data, ...common } });
  if (Buffer.byteLength(whole) < BODY_BYTES_MAX) return whole;
  return JSON.stringify({ type, timestamp: at.toISOString(), data: { ...common, is_truncated: true } });
}

/** What Slack's incoming webhooks take, and others that take the same. */
export function slackBody(alert: SentAlert): string {
  const text = escapeSlack(cut(alert.message, SLACK_CHARS_MAX));
  const about = [alert.severity, alert.type, alert.tenant, alert.at.toISOString()].map(escapeSlack).join(' · ');
  return JSON.stringify({
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: about }] },
    ],
  });
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

export function mailOf(alert: SentAlert): Mail {
  const about = [`${alert.type}, ${alert.severity}`, `tenant ${alert.tenant}`, alert.at.toISOString()];
  return {
    subject: cut(`Tollgate: ${alert.message}`.replaceAll(/\s+/g, ' '), SUBJECT_CHARS_MAX),
    text: `${alert.message}\n\n${about.join('\n')}\n\n${JSON.stringify(alert.data, null, 2)}\n`,
  };
}

/** The three characters that Slack reads as its own: a name of theirs must not call a whole channel. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${storableText(text.slice(0, charsMax - 1))}…`;
}
