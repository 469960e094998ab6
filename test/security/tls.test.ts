import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { credentials } from '@grpc/grpc-js';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Made, makeCertificate } from './certificates.ts';
import { type RunningHere, startHere } from './running.ts';

const root = makeCertificate({ name: 'root', isAuthority: true });
const clients = makeCertificate({ name: 'clients', isAuthority: true });
const server = makeCertificate({ by: root });
const client = makeCertificate({ name: 'app', by: clients });
const stranger = makeCertificate({ name: 'app', by: makeCertificate({ name: 'clients', isAuthority: true }) });

let directory = '';
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-tls-'));
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(directory, name);
  fs.writeFileSync(file, text);
  return file;
}

interface Identity {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

const trusting = { ca: root.certificate };
const identified = ({ certificate, key }: Made): Identity => ({ ...trusting, cert: certificate, key });

/** The status of the answer; rejects where there is none. */
function ask(url: string, identity: Identity, body?: string): Promise<number> {
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const request = https.request(url, { ...identity, agent: false, method }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.setHeader('content-type', 'application/json').on('error', reject).end(body);
  });
}

async function exportSpan(exporter: HttpExporter | GrpcExporter): Promise<number> {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  provider.getTracer('shop').startSpan('chat').end();
  const result = await new Promise<ExportResult>((resolve) => exporter.export(memory.getFinishedSpans(), resolve));
  await exporter.shutdown();
  return result.code;
}

const exportersOf = (service: RunningHere, { ca, cert, key }: Identity, timeoutMillis = 30_000) => [
  new HttpExporter({
    url: `https://${service.http}/v1/traces`,
    timeoutMillis,
    httpAgentOptions: { ca, ...(cert === undefined ? {} : { cert, key }) },
  }),
  new GrpcExporter({
    url: `https://${service.grpc}`,
    timeoutMillis,
    credentials:
      cert === undefined || key === undefined
        ? credentials.createSsl(Buffer.from(ca))
        : credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert)),
  }),
];

/** The name on the certificate that a port shows, and the protocol that was agreed on. */
function handshake(
  address: string,
  options: tls.ConnectionOptions = {},
): Promise<{ serial: string; protocol: string }> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port: Number(port),
      ...trusting,
      ALPNProtocols: ['h2', 'http/1.1'],
      ...options,
    });
    socket.on('error', reject).on('secureConnect', () => {
      resolve({ serial: socket.getPeerCertificate().serialNumber, protocol: socket.getProtocol() ?? '' });
      socket.destroy();
    });
  });
}

const portsOf = ({ grpc, http, api }: RunningHere): string[] => [grpc, http, api];

describe('with a certificate', () => {
  let service: RunningHere;
  let certFile = '';
  let keyFile = '';
  beforeAll(async () => {
    certFile = write('server.pem', server.certificate);
    keyFile = write('server.key', server.key);
    service = await startHere('postgres18', {}, { TOLLGATE_TLS_CERT_FILE: certFile, TOLLGATE_TLS_KEY_FILE: keyFile });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('all three ports speak TLS, to the official exporters too', async () => {
    expect(await ask(`https://${service.api}/healthz`, trusting)).toBe(200);
    expect(await ask(`https://${service.api}/policy/v1/decisions`, trusting, '{}')).toBe(200);
    expect(await ask(`https://${service.http}/v1/traces`, trusting, '{"resourceSpans":[]}')).toBe(200);
    for (const exporter of exportersOf(service, trusting)) {
      expect(await exportSpan(exporter)).toBe(ExportResultCode.SUCCESS);
    }
  });

  it('no port speaks without', async () => {
    for (const address of portsOf(service))
      await expect(fetch(`http://${address}/healthz`)).rejects.toThrow('fetch failed');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('all ports speak %s', async (version) => {
    for (const address of portsOf(service)) {
      const { protocol } = await handshake(address, { minVersion: version, maxVersion: version });
      expect(protocol).toBe(version);
    }
  });

  it('no port speaks an older one', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    for (const address of portsOf(service)) await expect(handshake(address, old)).rejects.toThrow(/version/i);
  });

  it('a renewed one is shown by all ports, a broken one by none, and open connections go on', async () => {
    const agent = new https.Agent({ keepAlive: true, ...trusting });
    const get = () =>
      new Promise<boolean>((resolve, reject) => {
        const request = https.get(`https://${service.api}/healthz`, { agent }, (response) => {
          response.resume().on('end', () => resolve(request.reusedSocket));
        });
        request.on('error', reject);
      });
    await get();
    const serials = async () => Promise.all(portsOf(service).map(async (each) => (await handshake(each)).serial));
    const before = await serials();
    const renewed = makeCertificate({ by: root });
    fs.writeFileSync(certFile, renewed.certificate);
    process.emit('SIGHUP', 'SIGHUP');
    expect(await serials()).toEqual(before);
    fs.writeFileSync(keyFile, renewed.key);
    process.emit('SIGHUP', 'SIGHUP');
    const after = await serials();
    expect(new Set([...before, ...after]).size).toBe(2);
    expect(await get()).toBe(true);
    agent.destroy();
    for (const exporter of exportersOf(service, trusting)) {
      expect(await exportSpan(exporter)).toBe(ExportResultCode.SUCCESS);
    }
    expect(service.log.filter((line) => line.includes('renewed TLS files cannot be used'))).toHaveLength(1);
    expect(service.log.join('')).not.toContain('PRIVATE KEY');
  });

  it('clients trust it only where they know its root', async () => {
    const alien = makeCertificate({ name: 'root', isAuthority: true });
    await expect(ask(`https://${service.api}/healthz`, { ca: alien.certificate })).rejects.toThrow();
  });
});

describe('with client certificates asked for', () => {
  let service: RunningHere;
  beforeAll(async () => {
    const config = write(
      'tollgate.yaml',
      `tls: { cert_file: ${write('a.pem', server.certificate)}, key_file: ${write('a.key', server.key)}, client_ca_file: ${write('ca.pem', clients.certificate)} }`,
    );
    service = await startHere('postgres18', { config });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('one of the right authority is let in on all three ports', async () => {
    expect(await ask(`https://${service.api}/healthz`, identified(client))).toBe(200);
    for (const exporter of exportersOf(service, identified(client))) {
      expect(await exportSpan(exporter)).toBe(ExportResultCode.SUCCESS);
    }
  });

  it.each([
    ['none', trusting],
    ['one of another authority', identified(stranger)],
    ["the server's own", identified(server)],
  ])('%s is let in nowhere', async (_which, identity) => {
    await expect(ask(`https://${service.api}/healthz`, identity)).rejects.toThrow();
    await expect(ask(`https://${service.http}/v1/traces`, identity, '{}')).rejects.toThrow();
    // It tries until its time is over.
    const [, grpc] = exportersOf(service, identity, 5_000);
    expect(await (grpc === undefined ? null : exportSpan(grpc))).toBe(ExportResultCode.FAILED);
  });
});

describe('a service', () => {
  it('does not start with files that cannot be used, and says what is wrong with each', async () => {
    const env = { TOLLGATE_TLS_CERT_FILE: write('none.pem', ''), TOLLGATE_TLS_KEY_FILE: path.join(directory, 'gone') };
    await expect(startHere('postgres18', {}, env)).rejects.toThrow(
      /^tls.key_file: expected a file that can be read, found .*gone \(ENOENT\)\ntls.cert_file: expected certificates in PEM/,
    );
  });
});
