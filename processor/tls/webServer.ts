import http, { type RequestListener, type Server, type ServerOptions } from 'node:http';
import https from 'node:https';
import type { ServedTls } from './servedTls.ts';

/** From the connection to the end of the handshake: a client that says nothing holds a socket no longer. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** An HTTP server, with TLS where a certificate is served. */
export function createWebServer(tls: ServedTls | null, options: ServerOptions, listener?: RequestListener): Server {
  if (tls === null) return http.createServer(options, listener);
  const asked = { requestCert: tls.areClientsAsked, rejectUnauthorized: tls.areClientsAsked };
  const server = https.createServer(
    { ...options, ...tls.context, ...asked, handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
    listener,
  );
  tls.follow((context) => server.setSecureContext(context));
  return server;
}
