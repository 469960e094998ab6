import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfigFile, describeProblem, readConfig, type Config, type Flags } from '../../processor/config.ts';

let directory = '';
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-config-'));
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

function write(text: string): string {
  const file = path.join(directory, 'tollgate.yaml');
  fs.writeFileSync(file, text);
  return file;
}

function read(flags: Flags, env: Record<string, string> = {}): Config['tls'] | string[] {
  const result = readConfig(flags, env);
  return result.ok ? result.config.tls : result.problems.map(describeProblem);
}

describe('the setting of TLS', () => {
  it('takes each path from the flag before the environment and from this before the file', () => {
    const config = write('tls: { cert_file: /file/a, key_file: /file/b, client_ca_file: /file/c }');
    const env = { TOLLGATE_TLS_CERT_FILE: '/env/a', TOLLGATE_TLS_KEY_FILE: '/env/b' };
    expect(read({ config, 'tls.cert_file': '/flag/a' }, env)).toEqual({
      certFile: '/flag/a',
      keyFile: '/env/b',
      clientCaFile: '/file/c',
    });
    expect(read({}, env)).toEqual({ certFile: '/env/a', keyFile: '/env/b', clientCaFile: null });
    expect(read({ config: write('host: localhost') })).toBeNull();
  });

  it('takes a path from the directory that the service was started in', () => {
    const env = { TOLLGATE_TLS_CERT_FILE: 'a.pem', TOLLGATE_TLS_KEY_FILE: 'b.pem' };
    expect(read({}, env)).toMatchObject({ certFile: path.resolve('a.pem'), keyFile: path.resolve('b.pem') });
  });

  it.each(['{ cert_file: /a }', '{ key_file: /b }', '{ client_ca_file: /c }', '{}'])('refuses %s alone', (tls) => {
    const file = write(`tls: ${tls}`);
    expect(checkConfigFile(file, {}).map(({ path: of, expected }) => [of, expected])).toEqual([
      ['tls', 'cert_file and key_file, both'],
    ]);
  });

  it('names the variable that gave only one of the two, and a mapping that is none', () => {
    expect(read({}, { TOLLGATE_TLS_KEY_FILE: '/b' })).toEqual([
      'TOLLGATE_TLS_KEY_FILE: tls: expected cert_file and key_file, both, found {"key_file":"/b"}',
    ]);
    const config = write('tls: on');
    expect(read({ config }, { TOLLGATE_TLS_KEY_FILE: '/b' })).toEqual([
      `${config}: tls: expected a mapping with the keys cert_file, key_file, client_ca_file, found "on"`,
    ]);
  });
});
