import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../processor/log.ts';
import { openTls } from '../../processor/tls/servedTls.ts';
import { readTlsFiles } from '../../processor/tls/tlsFiles.ts';
import { type Made, makeCertificate } from './certificates.ts';

let directory = '';
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-tls-'));
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

let count = 0;
function write(text: string): string {
  count += 1;
  const file = path.join(directory, `${count}.pem`);
  fs.writeFileSync(file, text);
  return file;
}

const filesOf = ({ certificate, key }: Pick<Made, 'certificate' | 'key'>, clientCaFile: string | null = null) => ({
  certFile: write(certificate),
  keyFile: write(key),
  clientCaFile,
});

function problemsOf(config: ReturnType<typeof filesOf>, nowMs = Date.now()): string {
  try {
    readTlsFiles(config, nowMs);
    return 'none';
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

describe('the TLS files', () => {
  it('are taken where a server can be run with them, to the second that the certificate holds', () => {
    const notAfterMs = Date.UTC(2026, 11, 1, 12);
    const notBeforeMs = Date.UTC(2026, 10, 1, 12);
    const config = filesOf(makeCertificate({ notBeforeMs, notAfterMs }));
    expect(readTlsFiles(config, notAfterMs - 1)).toMatchObject({ notAfterMs });
    expect(problemsOf(config, notBeforeMs)).toBe('none');
    expect(problemsOf(config, notAfterMs)).toBe(
      `tls.cert_file: expected certificate 1 of ${config.certFile} to be valid now, found Nov  1 12:00:00 2026 GMT to Dec  1 12:00:00 2026 GMT`,
    );
    expect(problemsOf(config, notBeforeMs - 1)).toContain('to be valid now');
  });

  it('name the end of the chain that ends first', () => {
    const notAfterMs = Date.UTC(2099, 0, 1);
    const authority = makeCertificate({ name: 'root', isAuthority: true, notAfterMs });
    const own = makeCertificate({ by: authority, notAfterMs: notAfterMs + 86_400_000 });
    const config = filesOf({ certificate: own.certificate + authority.certificate, key: own.key });
    expect(readTlsFiles(config, Date.now()).notAfterMs).toBe(notAfterMs);
  });

  it('are refused with all that is wrong, and nothing of what they hold', () => {
    const made = makeCertificate();
    const other = makeCertificate();
    const gone = path.join(directory, 'gone.pem');
    const text = write('a secret that is no key');
    expect(problemsOf({ certFile: gone, keyFile: text, clientCaFile: text }).split('\n')).toEqual([
      `tls.cert_file: expected a file that can be read, found ${gone} (ENOENT)`,
      `tls.client_ca_file: expected certificates in PEM, found none in ${text}`,
      expect.stringMatching(
        /^tls.key_file: expected a private key in PEM without a passphrase, found none in .* \(ERR_\w+\)$/,
      ),
    ]);
    const foreign = filesOf({ certificate: made.certificate, key: other.key });
    expect(problemsOf(foreign)).toBe(
      `tls.key_file: expected the key of the first certificate in ${foreign.certFile}, found another one's`,
    );
    const broken = filesOf({ certificate: made.certificate.replace(/M[A-Z]/, 'AA'), key: made.key });
    expect(problemsOf(broken)).toContain(`certificate 1 of ${broken.certFile} to be an X.509 certificate`);
  });
});

describe('a renewed certificate', () => {
  function watch(config: ReturnType<typeof filesOf>) {
    const lines: string[] = [];
    const served: number[] = [];
    const log = {
      info: (_fields: object, text: string) => void lines.push(text),
      error: (_fields: object, text: string) => void lines.push(text),
    };
    const onServed = (notAfterMs: number): void => void served.push(notAfterMs);
    const tls = openTls(config, { log: log as unknown as Log, nowMs: Date.now, onServed });
    const taken: string[] = [];
    tls.follow(({ cert }) => taken.push(cert.toString()));
    return { tls, lines, served, taken };
  }

  it('takes the place of the old one, and while the files do not belong together the old one stays', () => {
    const config = filesOf(makeCertificate());
    const { tls, lines, served, taken } = watch(config);
    const before = tls.context.cert.toString();
    tls.renew();
    expect(taken).toEqual([]);

    const renewed = makeCertificate({ notAfterMs: Date.UTC(2098, 0, 1) });
    fs.writeFileSync(config.certFile, renewed.certificate);
    tls.renew();
    tls.renew();
    expect(tls.context.cert.toString()).toBe(before);
    expect(lines).toEqual(['the renewed TLS files cannot be used; the old ones stay']);

    fs.writeFileSync(config.keyFile, renewed.key);
    tls.renew();
    expect(taken).toEqual([renewed.certificate]);
    expect(lines.at(-1)).toBe('the TLS certificate was renewed');
    expect(served).toEqual([expect.any(Number), Date.UTC(2098, 0, 1)]);
    tls.close();
  });

  it('is taken at SIGHUP', () => {
    const config = filesOf(makeCertificate());
    const { tls, taken } = watch(config);
    const renewed = makeCertificate();
    fs.writeFileSync(config.certFile, renewed.certificate);
    fs.writeFileSync(config.keyFile, renewed.key);
    process.emit('SIGHUP', 'SIGHUP');
    expect(taken).toEqual([renewed.certificate]);
    tls.close();
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });
});
