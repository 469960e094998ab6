/** Who asks about decisions that were made before. */
export interface Asker {
  readonly tenant: string;
  /** Null: about all of the tenant; else about those made for this agent, and no other is there. */
  readonly agent: string | null;
}

/** Whether a decision for `agent` is there for one who asks. */
export function isAbout({ agent: only }: Pick<Asker, 'agent'>, agent: string | null): boolean {
  return only === null || only === agent;
}
