import fs from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { emptied, openForwarding, until } from './forwarding.ts';
import { GRPC_OK, startGrpcDownstream } from './grpcDownstream.ts';
import { OK, startHttpDownstream } from './httpDownstream.ts';
import { makeCertificates } from './certificates.ts';

const certificates = makeCertificates();
afterAll(() => certificates[Symbol.dispose]());
const { files, pem } = certificates;
const tls = { caFile: files.ca, certFile: files.cert, keyFile: files.key };

describe('forwarding over TLS', () => {
  it('shows its certificate to a downstream of the authority it knows, over HTTP', async () => {
    await using downstream = await startHttpDownstream(() => OK, { tls: { ...pem, requestCert: true } });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, tls } });
    await forwarding.take(2);
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 2 });
  });

  it('shows its certificate to a downstream of the authority it knows, over gRPC', async () => {
    await using downstream = await startGrpcDownstream(() => GRPC_OK, { tls: pem });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, protocol: 'grpc', tls } });
    await forwarding.take(2);
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 2 });
  });

  it('keeps its spans from a downstream of an authority it does not know', async () => {
    await using downstream = await startHttpDownstream(() => OK, { tls: pem });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(2);
    await until(async () => expect((await forwarding.requests())['retry']).toBeGreaterThan(3));
    expect(await forwarding.counts()).toMatchObject({ queued: 2, forwarded: 0, queueSpans: 2, dropped: {} });
    expect(downstream.received).toEqual([]);
    expect(forwarding.lines[0]?.fields).toMatchObject({ says: 'self-signed certificate in certificate chain' });
  });

  it.each([
    ['missing', () => `${files.ca}.none`, 'ENOENT'],
    ['no certificate', () => files.key, 'no CERTIFICATE in it'],
  ])('refuses to start with a file that is %s', async (_name, file, found) => {
    const caFile = file();
    await expect(openForwarding({ config: { tls: { ...tls, caFile } } })).rejects.toThrow(
      `forward.tls.ca_file: expected a PEM file with a CERTIFICATE, found ${found} (${caFile})`,
    );
  });

  it('refuses to start with a key that is not the certificate’s', async () => {
    using other = makeCertificates();
    const keyFile = other.files.key;
    expect(fs.existsSync(keyFile)).toBe(true);
    await expect(
      openForwarding({ config: { endpoint: 'https://127.0.0.1:1', tls: { ...tls, keyFile } } }),
    ).rejects.toThrow(/^forward\.tls: expected a certificate and its key, found /);
  });
});
