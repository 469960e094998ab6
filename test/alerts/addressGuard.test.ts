import type dns from 'node:dns';
import { describe, expect, it } from 'vitest';
import { guardedLookup, isRefusedAddress, refuseAddress } from '../../processor/alerts/addressGuard.ts';
import { post, retryAfterMs } from '../../processor/alerts/post.ts';
import { startReceiver } from './receiver.ts';

function tryPost(url: string, timeoutMs = 30_000) {
  return post({ url, headers: {}, body: '{}', timeoutMs, signal: new AbortController().signal });
}

/** `dns.lookup` of a host with these addresses. */
function lookupOf(...addresses: string[]): typeof dns.lookup {
  const answer = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = (_host: string, _options: object, callback: (fault: null, all: typeof answer) => void): void =>
    callback(null, answer);
  return lookup as typeof dns.lookup;
}

function resolved(lookup: typeof dns.lookup, options: { all?: boolean }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    guardedLookup(lookup)('hooks.example', options, (fault, address) =>
      fault === null ? resolve(address) : reject(fault),
    );
  });
}

describe('addresses', () => {
  it.each([
    '169.254.0.0',
    '169.254.169.254',
    '169.254.255.255',
    'fe80::1',
    'febf::1',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    'fd00:ec2::254',
    '100.100.100.200',
  ])('of links and metadata services are refused: %s', (address) => {
    expect(isRefusedAddress(address)).toBe(true);
  });

  it.each([
    '169.253.255.255',
    '169.255.0.0',
    '10.0.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '::1',
    'fec0::1',
    'fd00::1',
    '8.8.8.8',
  ])('of other networks are not: %s', (address) => {
    expect(isRefusedAddress(address)).toBe(false);
  });

  it.each(['http://169.254.169.254/latest/', 'http://[fe80::1]/', 'http://2852039166/', 'http://[::ffff:a9fe:a9fe]/'])(
    'are known in whatever way a URL writes them: %s',
    async (url) => {
      expect(() => refuseAddress(new URL(url).hostname)).toThrow('to which nothing is sent');
      await expect(tryPost(url)).rejects.toThrow('to which nothing is sent');
    },
  );

  it('are refused when a name leads to them, if only with one of its addresses', async () => {
    await expect(resolved(lookupOf('10.0.0.1'), { all: true })).resolves.toEqual([{ address: '10.0.0.1', family: 4 }]);
    await expect(resolved(lookupOf('10.0.0.1'), {})).resolves.toBe('10.0.0.1');
    await expect(resolved(lookupOf('10.0.0.1', '169.254.169.254'), { all: true })).rejects.toThrow(
      'hooks.example is the link-local or metadata address 169.254.169.254',
    );
    await expect(resolved(lookupOf('fe80::1'), {})).rejects.toThrow('link-local');
    await expect(resolved(lookupOf(), {})).rejects.toThrow('hooks.example has no address');
  });
});

describe('a post', () => {
  it('ends at its time, at the status and not at the end of the body, and at a closed port', async () => {
    await using silent = await startReceiver(() => 'hang');
    await expect(tryPost(silent.url, 200)).rejects.toThrow('no answer within 200 ms');
    await using busy = await startReceiver(() => ({ status: 503, headers: { 'retry-after': '7' } }));
    await expect(tryPost(busy.url)).resolves.toEqual({ status: 503, retryAfterMs: 7_000 });
    await using cutting = await startReceiver(() => 'drop answer');
    await expect(tryPost(cutting.url)).rejects.toThrow('socket hang up');
    await expect(tryPost('http://127.0.0.1:1/')).rejects.toThrow('ECONNREFUSED');
    await using endless = await startReceiver(() => ({ status: 200, headers: { 'content-length': '1000000' } }));
    await expect(tryPost(endless.url)).resolves.toMatchObject({ status: 200 });
  });

  it('reads retry-after as seconds or as a date', () => {
    const nowMs = Date.UTC(2026, 10, 22, 10);
    expect(retryAfterMs('120', nowMs)).toBe(120_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 10:00:30 GMT', nowMs)).toBe(30_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 09:00:00 GMT', nowMs)).toBe(0);
    expect(retryAfterMs('soon', nowMs)).toBeNull();
    expect(retryAfterMs(undefined, nowMs)).toBeNull();
  });
});
