import { ServerCredentials } from '@grpc/grpc-js';
import type { ServedTls } from './servedTls.ts';

/** The library's own take their certificate once; these follow the renewed one. */
class RenewedCredentials extends ServerCredentials {
  constructor(tls: ServedTls) {
    super({ requestCert: tls.areClientsAsked, rejectUnauthorized: tls.areClientsAsked }, tls.context);
    tls.follow((context) => this.updateSecureContextOptions(context));
  }

  _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

export function grpcCredentials(tls: ServedTls | null): ServerCredentials {
  return tls === null ? ServerCredentials.createInsecure() : new RenewedCredentials(tls);
}
