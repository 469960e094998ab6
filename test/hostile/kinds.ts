import { Draw, type Kind, type Sending } from './hostileCase.ts';
import { gzipBomb, spoiltCompression, strangeHeaders } from './kinds/bombs.ts';
import { strangeFigures } from './kinds/figures.ts';
import { rapidReset, wrongGrpcMessages, wrongHttp2 } from './kinds/http2.ts';
import { strangeIds, strangeTimes } from './kinds/identities.ts';
import { mutatedJson, mutatedProtobuf, retypedJson } from './kinds/mutated.ts';
import { chunked, halfOpen, pipelined, strangeHeads } from './kinds/sockets.ts';
import { duplicateKeys, nested, newModels, strangeTexts } from './kinds/texts.ts';
import { manyAttributes, manySpans, shortestMessages } from './kinds/wide.ts';

const kinds: readonly Kind[] = [
  mutatedProtobuf,
  mutatedJson,
  retypedJson,
  strangeFigures,
  strangeIds,
  strangeTimes,
  strangeTexts,
  newModels,
  nested,
  duplicateKeys,
  manyAttributes,
  shortestMessages,
  manySpans,
  gzipBomb,
  spoiltCompression,
  strangeHeaders,
  halfOpen,
  pipelined,
  chunked,
  strangeHeads,
  wrongHttp2,
  rapidReset,
  wrongGrpcMessages,
];
const shares = kinds.reduce((sum, { share }) => sum + share, 0);

export interface HostileCase {
  readonly number: number;
  readonly kind: Kind;
  readonly sending: Sending;
}

/** The same kind and bytes for a seed, a number and a beginning of the run. */
export function makeCase(seed: number, number: number, nowNano: bigint): HostileCase {
  const draw = new Draw(seed, number);
  let place = draw.below(shares);
  const kind = kinds.find(({ share }) => (place -= share) < 0);
  if (kind === undefined) throw new Error('expected the shares to add up');
  return { number, kind, sending: kind.make(draw, nowNano) };
}
