import { describe, expect, it } from 'vitest';
import { mailOf, slackBody, standardBody } from '../../processor/alerts/bodies.ts';
import { webhookId, type Delivery, type SentAlert } from '../../processor/alerts/delivery.ts';
import { endpointId } from '../../processor/alerts/endpoint.ts';

const alert: SentAlert = {
  tenant: 'acme',
  eventKey: 'budget.exceeded/7/3/1',
  type: 'budget.exceeded',
  severity: 'critical',
  budget: 'daily',
  at: new Date('2026-11-22T10:00:00Z'),
  message: 'Budget daily of user <!channel> & co is used up: 50 USD of 50 USD spent.',
  data: { limit_usd: '50' },
};
const delivery: Delivery = { tenant: 'acme', alertId: '1', endpoint: 'ops', attempt: 1, alert };

describe('the body of a webhook', () => {
  it('is type, timestamp and data', () => {
    expect(JSON.parse(standardBody(alert))).toEqual({
      type: 'budget.exceeded',
      timestamp: '2026-11-22T10:00:00.000Z',
      data: { limit_usd: '50', tenant: 'acme', severity: 'critical', budget: 'daily', message: alert.message },
    });
  });

  it('stays below 20,000 bytes, without the data of its kind where that is too much', () => {
    const large = { ...alert, message: '\u{1F4B8}'.repeat(5_000), data: { key: { user: 'x'.repeat(19_000) } } };
    const body = standardBody(large);
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    expect(JSON.parse(body)).toMatchObject({ type: 'budget.exceeded', data: { tenant: 'acme', is_truncated: true } });
    expect(
      Buffer.byteLength(standardBody({ ...large, message: 'short', data: { x: 'x'.repeat(19_000) } })),
    ).toBeGreaterThan(19_000);
  });
});

describe('the body for Slack', () => {
  it('is text and blocks, and no name can call a channel', () => {
    const text = 'Budget daily of user &lt;!channel&gt; &amp; co is used up: 50 USD of 50 USD spent.';
    expect(JSON.parse(slackBody(alert))).toEqual({
      text,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text } },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: 'critical · budget.exceeded · acme · 2026-11-22T10:00:00.000Z' }],
        },
      ],
    });
  });

  it('stays within the 3,000 characters that a block may have, whatever is escaped in it', () => {
    const { text } = JSON.parse(slackBody({ ...alert, message: '&'.repeat(5_000) })) as { text: string };
    expect(text.length).toBeLessThanOrEqual(3_000);
  });
});

describe('a mail', () => {
  it('says the message in a subject of one line', () => {
    const { subject, text } = mailOf({ ...alert, message: 'Used up\r\nBcc: all@example.com' });
    expect(subject).toBe('Tollgate: Used up Bcc: all@example.com');
    expect(text).toContain('tenant acme\n2026-11-22T10:00:00.000Z\n');
    expect(text).toContain('"limit_usd": "50"');
    expect(mailOf({ ...alert, message: 'x'.repeat(5_000) }).subject).toHaveLength(200);
  });
});

describe('the id of a webhook', () => {
  it('stays over all attempts and differs by endpoint, event and tenant', () => {
    const id = webhookId(delivery);
    expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(webhookId({ ...delivery, attempt: 2 })).toBe(id);
    expect(webhookId({ ...delivery, endpoint: 'other' })).not.toBe(id);
    expect(webhookId({ ...delivery, tenant: 'globex' })).not.toBe(id);
    expect(webhookId({ ...delivery, alert: { ...alert, eventKey: 'budget.exceeded/7/3/2' } })).not.toBe(id);
  });
});

describe('the id of an endpoint', () => {
  it('is its name, else a hash in which its address does not stand', () => {
    expect(endpointId('ops', 'https://hooks.example/secret')).toBe('ops');
    expect(endpointId(null, 'https://hooks.example/secret')).toMatch(/^[0-9a-f]{16}$/);
    expect(endpointId(null, 'https://hooks.example/a')).not.toBe(endpointId(null, 'https://hooks.example/b'));
  });
});
