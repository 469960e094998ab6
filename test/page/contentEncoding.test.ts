import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEncoding, contentEncodings } from '../../processor/page/contentEncoding.ts';

const all = new Set(contentEncodings);

describe('chooseEncoding', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.001', 'br'],
    ['br ; q=1.000,gzip', 'br'],
    ['br;q=0.000, gzip;q=0', 'identity'],
    ['*', 'br'],
    ['*;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['identity;q=0', 'identity'],
    // No weight is as good as the weight 0.
    ['br;q=2, br;level=9', 'identity'],
    ['', 'identity'],
    [undefined, 'identity'],
  ])('sends to who takes %j what is encoded as %s', (header, encoding) => {
    expect(chooseEncoding(header, all)).toBe(encoding);
  });

  it('sends only what there is', () => {
    expect(chooseEncoding('br, gzip', new Set(['identity']))).toBe('identity');
    expect(chooseEncoding('br, gzip', new Set(['gzip', 'identity']))).toBe('gzip');
  });

  it('takes whatever comes', () => {
    fc.assert(fc.property(fc.string(), (header) => all.has(chooseEncoding(header, all))));
  });
});
