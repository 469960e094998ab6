import { readDecisionId } from '../gate/decisionId.ts';
import { BodyFaults, JsonFields } from './jsonFields.ts';

/** With a comma each they fill 39 KiB of the 64. */
export const RENEWALS_MAX = 1_000;
const IDS_EXPECTED = `a list of 1 to ${RENEWALS_MAX} decisions' ids`;
const BODY_KEYS = new Set(['ids']);

export const ID_EXPECTED = "a decision's id, which is a UUID";

/** Reads the body of POST /policy/v1/renewals: each id once. Throws `bad_parameter` with all that is wrong. */
export function readRenewalIds(body: unknown): readonly string[] {
  const faults = new BodyFaults();
  const fields = JsonFields.read(body, '', BODY_KEYS, faults);
  const listed = fields?.member('ids');
  const ids = new Set<string>();
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > RENEWALS_MAX) {
    fields?.fault('ids', listed, IDS_EXPECTED);
  } else {
    (listed as readonly unknown[]).forEach((each, index) => {
      const id = typeof each === 'string' ? readDecisionId(each) : null;
      if (id === null) fields?.fault(`ids.${index}`, each, ID_EXPECTED);
      else ids.add(id);
    });
  }
  faults.settle();
  return [...ids];
}
