import { newObservation } from '../../../instrumentation/calls/operation.ts';
import type { Observation, Operation } from '../../../instrumentation/calls/operation.ts';
import { wireOf } from '../../../instrumentation/wires/wireOf.ts';
import type { TokenCounts } from '../../../instrumentation/calls/tokenCounts.ts';
import type { Fields } from '../../../instrumentation/fields.ts';

/** The operation at an address; throws where there is none. */
export function operationAt(address: string): Operation {
  const wire = wireOf(new URL(address));
  if (wire === null) throw new Error(`${address}: expected the address of a model`);
  return wire.operation;
}

export interface Read extends Observation {
  readonly counts: Readonly<Partial<TokenCounts>>;
}

const counted = (operation: Operation, seen: Observation): Read => {
  const counts = seen.usage === null ? {} : operation.countTokens(seen.usage);
  return { ...seen, counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) };
};

export function readAnswer(address: string, answer: Fields): Read {
  const operation = operationAt(address);
  const seen = newObservation();
  operation.readResponse(answer, seen);
  return counted(operation, seen);
}

export function readEvents(address: string, events: readonly Fields[]): Read {
  const operation = operationAt(address);
  const seen = newObservation();
  for (const event of events) operation.readEvent(event, seen);
  return counted(operation, seen);
}
