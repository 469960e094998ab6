import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signedHeaders, signingKeyOf } from '../../processor/alerts/sign.ts';

const secretOf = (bytes: number, fill = 7): string => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;

function keyOf(secret: string): Buffer {
  const key = signingKeyOf(secret);
  if (key === null) throw new Error(`expected a secret, found ${secret}`);
  return key;
}

describe('the signature', () => {
  it('is what the library of Standard Webhooks signs', () => {
    const body = '{"type":"budget.exceeded","data":"é"}';
    const nowMs = 1_795_168_800_999;
    const secret = secretOf(32);
    expect(signedHeaders('msg_1', nowMs, body, [keyOf(secret)])).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1795168800',
      'webhook-signature': new Webhook(secret).sign('msg_1', new Date(1_795_168_800_000), body),
    });
  });

  it('is one by each secret, so that a receiver with either accepts it', () => {
    const [former, next] = [secretOf(32, 1), secretOf(32, 2)];
    const headers = signedHeaders('msg_1', Date.now(), '{}', [keyOf(former), keyOf(next)]);
    for (const secret of [former, next]) expect(new Webhook(secret).verify('{}', headers)).toEqual({});
    expect(() => new Webhook(secretOf(32, 3)).verify('{}', headers)).toThrow('No matching signature found');
  });
});

describe('a secret', () => {
  it('is base64 of 24 to 64 bytes, with its prefix or without', () => {
    expect(signingKeyOf(secretOf(23))).toBeNull();
    expect(signingKeyOf(secretOf(24))).toEqual(Buffer.alloc(24, 7));
    expect(signingKeyOf(secretOf(64).slice('whsec_'.length))).toEqual(Buffer.alloc(64, 7));
    expect(signingKeyOf(secretOf(65))).toBeNull();
    expect(signingKeyOf('a secret that somebody typed on a keyboard')).toBeNull();
  });
});
