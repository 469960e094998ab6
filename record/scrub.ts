import { hostname } from 'node:os';
import { isRecord } from '../demo/provider/exchange.ts';

/** Longer texts are cut inside an attribute; one that holds JSON is cut in its strings, so that it stays JSON. */
const TEXT_CHARACTERS_MAX = 2000;
const keptResourceKeys =
  /^(?:service\.|telemetry\.(?:sdk|distro)\.|deployment\.environment|session\.|user\.|enduser\.|tenant|team|langfuse\.|langsmith\.|traceloop\.|openinference\.|gen_ai\.|mastra\.)/;
const droppedKeys = /^(?:process\.|host\.|os\.|thread\.|code\.(?:filepath|file\.path)$)|\.x-stand-in$/;
const machinePath = /(?:file:\/\/)?\/(?:tmp|work|root|home|usr)\/[\w@.+/-]*/g;
const thisHost = hostname();

/** Takes out of an export what says on which machine it was made. Attributes of spans and logs stay otherwise. */
export function scrub(value: unknown): unknown {
  return scrubPart(value, false);
}

function scrubPart(value: unknown, inResource: boolean): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (Array.isArray(value)) {
    return value
      .filter((item: unknown) => !isDropped(item, inResource))
      .map((item: unknown) => scrubPart(item, inResource));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubPart(item, key === 'resource')]));
}

function isDropped(item: unknown, inResource: boolean): boolean {
  if (!isRecord(item) || typeof item['key'] !== 'string') return false;
  return droppedKeys.test(item['key']) || (inResource && !keptResourceKeys.test(item['key']));
}

function scrubText(text: string): string {
  const neutral = (thisHost.length > 3 ? text.replaceAll(thisHost, 'host') : text).replace(machinePath, (path) => {
    const packages = /(?:node_modules|site-packages)\/.*$/.exec(path)?.[0];
    return `/app/${packages ?? path.split('/').at(-1) ?? ''}`;
  });
  if (neutral.length <= TEXT_CHARACTERS_MAX) return neutral;
  const parsed = parseJson(neutral);
  return isRecord(parsed) || Array.isArray(parsed) ? JSON.stringify(cutTexts(parsed)) : cut(neutral);
}

function cutTexts(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value)) return value.map((item: unknown) => cutTexts(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutTexts(item)]));
}

const cut = (text: string): string =>
  text.length > TEXT_CHARACTERS_MAX ? `${text.slice(0, TEXT_CHARACTERS_MAX)}…` : text;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
