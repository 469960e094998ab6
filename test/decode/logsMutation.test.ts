import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../bench/random.ts';
import { decodeLogs } from '../../processor/decode/decodeLogs.ts';
import type { DecodedLogs } from '../../processor/decode/decodedLogs.ts';
import { readLog } from '../../src/dialects/logs/readLog.ts';
import { wantedLogs } from '../../src/dialects/logs/wantedLogs.ts';
import { TollgateError } from '../../src/errors.ts';
import { claudeRequest, codexCompleted, geminiResponse, logsExport } from '../support/logRecords.ts';
import { amidOthers, mutations } from './mutations.ts';

/** A result, or the one failure that is allowed; anything else is thrown on. */
function outcomeOf(encoding: 'protobuf' | 'json', body: Uint8Array): DecodedLogs | string {
  try {
    return decodeLogs(encoding, body, wantedLogs);
  } catch (error) {
    if (error instanceof TollgateError && error.code === 'malformed_payload') return error.message;
    throw error;
  }
}

/** Reads what is left of the records: none of it may throw. */
function readAll(outcome: DecodedLogs | string): void {
  if (typeof outcome === 'string') return;
  for (const record of outcome.logs) expect(readLog(record)?.usage.input_uncached ?? 0).toBeGreaterThanOrEqual(0);
}

const written = [
  claudeRequest({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }),
  claudeRequest({ body: 'claude_code.user_prompt', attributes: { 'event.name': 'user_prompt' } }),
  codexCompleted(),
  geminiResponse(),
];
const payload = logsExport('protobuf', written);

describe.each(Object.entries(mutations))('a payload of log records with %s', (_name, mutate) => {
  it('is read within its bounds or refused as malformed', () => {
    const random = createRandom(42);
    let refused = 0;
    for (let round = 0; round < 1000; round += 1) {
      const mutated = mutate(Buffer.from(payload), random);
      const outcome = outcomeOf('protobuf', mutated);
      expect(outcomeOf('protobuf', amidOthers(mutated))).toStrictEqual(outcome);
      readAll(outcome);
      if (typeof outcome === 'string') refused += 1;
    }
    // Else the mutation proves nothing.
    expect(refused).toBeGreaterThan(0);
  });
});

describe('log records that are something else', () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
  it.each(['protobuf', 'json'] as const)('are read or refused as malformed in %s', (encoding) => {
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = logsExport(encoding, written);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const outcome = outcomeOf(encoding, bytes);
        expect(outcomeOf(encoding, amidOthers(bytes))).toStrictEqual(outcome);
        readAll(outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('of any bytes at all are read or refused as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(outcomeOf('protobuf', amidOthers(bytes))).toStrictEqual(outcomeOf('protobuf', bytes));
      }),
      { numRuns: 3000 },
    );
  });
});
