import { describe, expect, it } from 'vitest';
import { emptied, openForwarding, until } from './forwarding.ts';
import { OK, startHttpDownstream } from './httpDownstream.ts';
import { tracesBody } from './traceBodies.ts';

describe('the forwarder', () => {
  it('sends each payload once, byte for byte, compressed, to /v1/traces below the endpoint', async () => {
    await using downstream = await startHttpDownstream(() => OK);
    await using forwarding = await openForwarding({
      config: { endpoint: `${downstream.url}/base/`, headers: { Authorization: 'Bearer token-1234' } },
    });
    const names = await forwarding.take(30);
    expect(await emptied(forwarding)).toMatchObject({ recovered: 0, queued: 30, forwarded: 30, dropped: {} });
    expect(downstream.received).toHaveLength(1);
    const [request] = downstream.received;
    expect(request?.path).toBe('/base/v1/traces');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      authorization: 'Bearer token-1234',
    });
    expect(request?.body.equals(tracesBody(names))).toBe(true);
  });

  it('keeps at most `connections` requests under way', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await using downstream = await startHttpDownstream(async () => {
      await gate;
      return OK;
    });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, connections: 3 } });
    for (let index = 0; index < 10; index += 1) await forwarding.take(1, index);
    await until(() => expect(downstream.received).toHaveLength(3));
    open();
    expect(await emptied(forwarding)).toMatchObject({ queued: 10, forwarded: 10 });
    expect(downstream.concurrencyMax).toBe(3);
  });
});
