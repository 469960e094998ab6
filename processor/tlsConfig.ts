import { resolve } from 'node:path';
import type { z } from 'zod';
import { isMapping, section, text } from './schemaParts.ts';

/** Absolute paths of PEM files. */
export interface TlsConfig {
  /** The certificate, and those between it and its root, in this order. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Clients need a certificate of one of these; null: they need none. */
  readonly clientCaFile: string | null;
}

const file = () => text(/\S/, 'the path of a PEM file').optional();

const shape = { cert_file: file(), key_file: file(), client_ca_file: file() };

const BOTH_EXPECTED = 'cert_file and key_file, both';

/** `tls` in `tollgate.yaml`; with it all listeners speak TLS. */
export const tls = section(shape).refine(
  ({ cert_file: cert, key_file: key }) => cert !== undefined && key !== undefined,
  { error: BOTH_EXPECTED, when: ({ value }) => isMapping(value) },
);

export function tlsConfigOf(entry: z.output<typeof tls> | undefined): TlsConfig | null {
  if (entry?.cert_file === undefined || entry.key_file === undefined) return null;
  return {
    certFile: resolve(entry.cert_file),
    keyFile: resolve(entry.key_file),
    clientCaFile: entry.client_ca_file === undefined ? null : resolve(entry.client_ca_file),
  };
}

/** Of the keys of `tls`, the one that has neither a variable nor a flag. */
export const tlsKeys: readonly string[] = ['tls.client_ca_file'];
