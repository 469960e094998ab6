import fs from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ForwardConfig } from '../forwardConfig.ts';
import type { Downstream, TlsFiles } from './downstream.ts';
import { openGrpcDownstream } from './sendGrpc.ts';
import { openHttpDownstream } from './sendHttp.ts';

/** Throws in plain words where a certificate file cannot be used. */
export function openDownstream(config: ForwardConfig, nowMs: () => number): Downstream {
  const { caFile, certFile, keyFile } = config.tls;
  const tls: TlsFiles = {
    ca: readPem(caFile, 'ca_file', 'CERTIFICATE'),
    cert: readPem(certFile, 'cert_file', 'CERTIFICATE'),
    key: readPem(keyFile, 'key_file', 'PRIVATE KEY'),
  };
  try {
    createSecureContext({ ...tls });
  } catch (fault) {
    throw new Error(`forward.tls: expected a certificate and its key, found ${String(fault)}`, { cause: fault });
  }
  const opened = config.protocol === 'grpc' ? openGrpcDownstream(config, tls) : openHttpDownstream(config, tls, nowMs);
  const hide = hiding(Object.values(config.headers));
  return {
    ...opened,
    async send(payload, signal) {
      const verdict = await opened.send(payload, signal);
      return 'says' in verdict ? { ...verdict, says: hide(verdict.says) } : verdict;
    },
  };
}

function readPem(file: string | null, key: string, holds: string): Buffer | undefined {
  if (file === null) return undefined;
  let found: string;
  try {
    const bytes = fs.readFileSync(file);
    if (bytes.includes(`${holds}-----`)) return bytes;
    found = `no ${holds} in it`;
  } catch (fault) {
    found = (fault as NodeJS.ErrnoException).code ?? String(fault);
  }
  throw new Error(`forward.tls.${key}: expected a PEM file with a ${holds}, found ${found} (${file})`);
}

/** Shorter ones hide nothing, and would tear holes into every text. */
const SECRET_CHARS_MIN = 4;

/** Downstream may repeat what it was sent, a token in a refusal for instance; the log does not. */
function hiding(values: readonly string[]): (text: string) => string {
  const secrets = values
    .flatMap((value) => [value, ...value.split(/\s+/)])
    .filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[hidden]'), text);
}
