import { describe, expect, it } from 'vitest';
import { isLoopbackHost, isLoopbackOrigin } from '../../processor/access/loopback.ts';

describe('a Host of this machine', () => {
  it.each([
    'localhost',
    'LOCALHOST:4319',
    'tollgate.localhost:4319',
    '127.0.0.1',
    '127.0.0.1:4318',
    '127.255.255.255',
    '[::1]',
    '[::1]:4317',
  ])('%s is one', (host) => expect(isLoopbackHost(host)).toBe(true));

  it.each([
    '',
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.0.0.1.example.com',
    '127.0.0.256',
    '127.1',
    '127.00.0.1',
    '128.0.0.1',
    '0.0.0.0',
    '192.168.0.1:4318',
    '[::2]:4318',
    '::1',
    'localhost:port',
    'localhost:4318:1',
    'user@localhost',
  ])('%j is none', (host) => expect(isLoopbackHost(host)).toBe(false));
});

describe('an Origin of this machine', () => {
  it.each([
    'http://localhost:3000',
    'https://localhost',
    'http://127.0.0.1:4319',
    'http://[::1]:5173',
    'http://app.localhost',
  ])('%s is one', (origin) => expect(isLoopbackOrigin(origin)).toBe(true));

  it.each([
    'null',
    '',
    'https://example.com',
    'http://localhost.example.com',
    'http://evil.com/localhost',
    'http://localhost@evil.com',
    'file://',
  ])('%j is none', (origin) => expect(isLoopbackOrigin(origin)).toBe(false));
});
