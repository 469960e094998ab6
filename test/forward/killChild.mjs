// Has spans taken until it is killed, and prints the number of each once its take resolved. Plain JavaScript on the
// compiled service, because it has to be a process of its own: node killChild.mjs FIRST_NUMBER DATA_DIR ENDPOINT
import { Registry } from 'prom-client';
import { openForwarder } from '../../dist/processor/forward/forwarder.js';
import { forwardMetrics } from '../../dist/processor/forward/forwardMetrics.js';

const [first, dataDir, endpoint] = process.argv.slice(2);
const TAKERS = 4;
const PADDING_MAX = 30_000;

/** A request with one span of this name and a padding that does not compress to nothing. */
function traceBody(name, paddingBytes) {
  const bytesField = (number, content) => {
    const length = [];
    for (let rest = content.length; ; rest = Math.floor(rest / 128)) {
      length.push(rest > 127 ? (rest % 128) + 128 : rest);
      if (rest <= 127) break;
    }
    return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), content]);
  };
  const padding = Buffer.from(Array.from({ length: paddingBytes }, (_, index) => (index * index) % 251));
  const span = Buffer.concat([bytesField(5, Buffer.from(name)), bytesField(15, padding)]);
  return bytesField(1, bytesField(2, bytesField(2, span)));
}

const config = {
  endpoint,
  protocol: 'http/protobuf',
  headers: {},
  compression: 'gzip',
  timeoutMs: 10_000,
  connections: 4,
  queueBytes: 1024 ** 3,
  tls: { caFile: null, certFile: null, keyFile: null },
};
const fail = (fault) => process.stderr.write(`${fault}\n`);
const forwarder = await openForwarder(config, {
  dataDir,
  telemetry: forwardMetrics([new Registry()]),
  log: { info: () => undefined, warn: () => undefined, error: (_fields, message) => fail(message) },
  onFault: fail,
});

let next = Number(first);
async function takeForEver() {
  for (;;) {
    const number = next;
    next += 1;
    const name = `span-${String(number).padStart(6, '0')}`;
    await forwarder.take({ body: traceBody(name, (number * 7919) % PADDING_MAX), spans: 1 });
    process.stdout.write(`${name}\n`);
  }
}
await Promise.all(Array.from({ length: TAKERS }, takeForEver));
