import type { FieldFault } from '../client.ts';

/** What the API says is wrong, spread over the controls of a form: each fault is shown once, beside what it is about. */
export interface FieldFaults {
  /** Of one control: the fault of the field itself or of something in it (`match` also takes `match.agent`). */
  readonly of: (...fields: readonly string[]) => string | null;
  /** Those that no control took, as sentences. */
  readonly rest: (fields: readonly string[]) => readonly string[];
}

const isIn = (fault: FieldFault, field: string): boolean =>
  fault.field === field || fault.field.startsWith(`${field}.`);

export function fieldFaults(faults: readonly FieldFault[]): FieldFaults {
  return {
    of: (...fields) => {
      const own = faults.filter((fault) => fields.some((field) => isIn(fault, field)));
      return own.length === 0 ? null : own.map((fault) => faultWords(fault, !fields.includes(fault.field))).join(' · ');
    },
    rest: (fields) =>
      faults.filter((fault) => !fields.some((field) => isIn(fault, field))).map((fault) => faultWords(fault, true)),
  };
}

function faultWords({ field, found, expected }: FieldFault, isNamed: boolean): string {
  return `${isNamed ? `${field}: ` : ''}expected ${expected}; found ${found}`;
}
