import dns from 'node:dns';
import net, { type LookupFunction } from 'node:net';

/**
 * Where no alert is posted, whatever the configuration says: link-local addresses, among them the metadata service from which
 * a cloud's machines get their credentials, and the other addresses such services have. Other private networks and loopback
 * are allowed, because receivers stand there and whoever writes the file chooses the URL; names are resolved here and not
 * before, so that one whose address changes later is refused as well.
 */
const refused = new net.BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
/** 169.254.0.0/16 behind NAT64. */
refused.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
/** Amazon, over IPv6. */
refused.addAddress('fd00:ec2::254', 'ipv6');
/** Alibaba. */
refused.addAddress('100.100.100.200', 'ipv4');

export function isRefusedAddress(address: string): boolean {
  const family = net.isIP(address);
  return family !== 0 && refused.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function refusal(host: string, address: string): Error {
  return new Error(`${host} is the link-local or metadata address ${address}, to which nothing is sent`);
}

/** Throws where the host is a refused address itself: those are not looked up. */
export function refuseAddress(hostname: string): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isRefusedAddress(address)) throw refusal(hostname, address);
}

/** `dns.lookup` that fails when any of a host's addresses is refused. */
export function guardedLookup(lookup: typeof dns.lookup = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (fault, addresses) => {
      if (fault !== null) {
        callback(fault, '');
        return;
      }
      const [first] = addresses;
      const bad = addresses.find(({ address }) => isRefusedAddress(address));
      if (bad !== undefined) callback(refusal(hostname, bad.address), '');
      else if (first === undefined) callback(new Error(`${hostname} has no address`), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
