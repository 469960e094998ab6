/**
 * Names that reach this machine only: 127.0.0.0/8, ::1, localhost and everything below it (RFC 6761 6.3). A web page that
 * has its own name resolve to 127.0.0.1 still sends that name as `Host`, so it is told apart here.
 */
export function isLoopbackName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'localhost' || lower.endsWith('.localhost') || lower === '::1' || isLoopbackIpv4(lower);
}

function isLoopbackIpv4(name: string): boolean {
  const octets = name.split('.');
  return (
    octets.length === 4 &&
    octets[0] === '127' &&
    octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)
  );
}

/** The value of a `Host` header or `:authority`: a name, or an IPv6 address in brackets, with or without a port. */
export function isLoopbackHost(host: string): boolean {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{1,5})?$/.exec(host);
  return match !== null && isLoopbackName(match[1] ?? match[2] ?? '');
}

/** The value of an `Origin` header. `null`, which sandboxed pages send, is no loopback origin. */
export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin);
  return match !== null && isLoopbackHost(match[1] ?? '');
}
