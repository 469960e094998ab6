import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsConfig } from '../tlsConfig.ts';

/** What servers are given, now and when the files have changed. */
export interface TlsContext {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
  readonly minVersion: 'TLSv1.2';
}

export interface TlsFiles {
  readonly context: TlsContext;
  /** When the first of the certificates served ends. */
  readonly notAfterMs: number;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Reads the files and checks that a server can be run with them now. Throws with all that is wrong; no key is in the message. */
export function readTlsFiles(config: TlsConfig, nowMs: number): TlsFiles {
  const problems: string[] = [];
  const cert = read('cert_file', config.certFile, problems);
  const key = read('key_file', config.keyFile, problems);
  const ca = config.clientCaFile === null ? undefined : read('client_ca_file', config.clientCaFile, problems);
  const chain = cert === null ? [] : readCertificates('cert_file', config.certFile, cert, nowMs, problems);
  if (ca !== undefined && ca !== null) readCertificates('client_ca_file', config.clientCaFile, ca, nowMs, problems);
  const privateKey = key === null ? null : readKey(config.keyFile, key, problems);
  const [own] = chain;
  if (own !== undefined && privateKey !== null && !own.checkPrivateKey(privateKey)) {
    problems.push(`tls.key_file: expected the key of the first certificate in ${config.certFile}, found another one's`);
  }
  if (problems.length > 0 || cert === null || key === null || ca === null) throw new Error(problems.join('\n'));
  const context: TlsContext = { cert, key, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' };
  try {
    createSecureContext(context);
  } catch (fault) {
    throw new Error(`tls: no server can be run with these files: ${reasonOf(fault)}`, { cause: fault });
  }
  return { context, notAfterMs: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))) };
}

function read(name: string, path: string, problems: string[]): Buffer | null {
  try {
    return readFileSync(path);
  } catch (fault) {
    problems.push(`tls.${name}: expected a file that can be read, found ${path} (${reasonOf(fault)})`);
    return null;
  }
}

function readCertificates(
  name: string,
  path: string | null,
  content: Buffer,
  nowMs: number,
  problems: string[],
): readonly X509Certificate[] {
  const texts = content.toString('latin1').match(CERTIFICATE) ?? [];
  if (texts.length === 0) problems.push(`tls.${name}: expected certificates in PEM, found none in ${path}`);
  return texts.flatMap((text, index) => {
    const which = `certificate ${index + 1} of ${path}`;
    try {
      const certificate = new X509Certificate(text);
      const { validFrom, validTo } = certificate;
      const isValid = Date.parse(validFrom) <= nowMs && nowMs < Date.parse(validTo);
      if (!isValid) problems.push(`tls.${name}: expected ${which} to be valid now, found ${validFrom} to ${validTo}`);
      return [certificate];
    } catch (fault) {
      problems.push(`tls.${name}: expected ${which} to be an X.509 certificate, found ${reasonOf(fault)}`);
      return [];
    }
  });
}

function readKey(path: string, content: Buffer, problems: string[]): KeyObject | null {
  try {
    return createPrivateKey(content);
  } catch (fault) {
    problems.push(
      `tls.key_file: expected a private key in PEM without a passphrase, found none in ${path} (${reasonOf(fault)})`,
    );
    return null;
  }
}

/** The code of a fault says enough, and holds nothing of what was read. */
function reasonOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'it cannot be understood';
}
