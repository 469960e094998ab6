import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import type { AlertEndpoint } from '../../processor/alerts/endpoint.ts';
import { openTestDatabase } from '../support/database.ts';
import { deliver, quickTimes, refusals, states, until, write } from './delivering.ts';

/** A mail server that refuses the first mail, and answers to the second after the sender has lost patience. */
async function startMailServer() {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        if (mails.length === 1) callback(Object.assign(new Error('try later'), { responseCode: 451 }));
        else if (mails.length > 2) callback();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    mails,
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const header = (mail: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(mail)?.[1]?.trim();

describe('alerts by mail', () => {
  it('go through the same outbox, and have one id however often they are sent', async () => {
    await using place = await openTestDatabase('postgres18');
    await using server = await startMailServer();
    const endpoints: readonly AlertEndpoint[] = [
      {
        id: 'mail',
        format: 'email',
        smtpUrl: server.url,
        from: 'Tollgate <tollgate@example.com>',
        to: ['ops@example.com', 'finance@example.com'],
        events: ['call.*'],
      },
    ];
    await write(place.database, endpoints, refusals(1));
    const delivering = deliver(place.database, endpoints, { times: { ...quickTimes, timeoutMs: 3_000 } });
    await until(async () => (await states(place.database))['delivered'] === 1);
    await delivering.stop();
    expect(delivering.outcomes).toEqual(['failed', 'failed', 'delivered']);
    expect(server.mails).toHaveLength(3);
    const [first = '', second = '', third = ''] = server.mails;
    expect(header(first, 'Message-ID')).toMatch(/^<msg_[0-9a-f]{32}@tollgate>$/);
    for (const mail of [second, third]) expect(header(mail, 'Message-ID')).toBe(header(first, 'Message-ID'));
    expect(header(third, 'From')).toBe('Tollgate <tollgate@example.com>');
    expect(header(third, 'To')).toBe('ops@example.com, finance@example.com');
    expect(header(third, 'Subject')).toBe('Tollgate: Refusal 0.');
    expect(third).toContain('call.denied, warning');
  });
});
