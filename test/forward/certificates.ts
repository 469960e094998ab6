import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Certificates extends Disposable {
  /** An authority, and a certificate of it for 127.0.0.1 with its key: file names, and what is in them. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly pem: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

export function makeCertificates(): Certificates {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-certificates-'));
  const at = (name: string): string => path.join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority');
  openssl('req', ...newKey.slice(0, -2), '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  fs.writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n');
  const signed = ['-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  openssl('x509', ...signed, '-extfile', 'names', '-out', 'server.pem');
  const files = { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') };
  const read = (name: keyof typeof files): Buffer => fs.readFileSync(files[name]);
  return {
    files,
    pem: { ca: read('ca'), cert: read('cert'), key: read('key') },
    [Symbol.dispose]: () => fs.rmSync(directory, { recursive: true }),
  };
}
