import { compileGlob } from '../glob.ts';
import type { Habits } from './dialect.ts';
import { readProvider } from './provider.ts';

/** What the operator says of the spans of some emitters (`sources` in `tollgate.yaml`). Null is not said. */
export interface SourceRule {
  /** Glob on the instrumentation scope's name. */
  readonly scope: string | null;
  /** Glob on `service.name`. */
  readonly service: string | null;
  readonly inputIncludesCache: boolean | null;
  readonly outputIncludesReasoning: boolean | null;
  /**
   * `ignore`: never calls. `container`: never charged. `call`: calls, though their dialect says that something else is (Codex's
   * and Gemini CLI's log records). `estimate`: the figures are guesses.
   */
  readonly usage: 'ignore' | 'container' | 'call' | 'estimate' | null;
  /** Replaces whatever the span names. */
  readonly provider: string | null;
}

/** The rule for the spans of one scope and service, or null. */
export type FindSource = (scope: string | null, service: string | null) => SourceRule | null;

/** Pairs of scope and service that are remembered. A fleet has some hundreds; a sender may name as many as it likes. */
export const SOURCES_REMEMBERED_MAX = 4096;

export const noSources: FindSource = () => null;

/** The first rule whose globs all match. Each pair is matched once and then looked up. */
export function compileSources(rules: readonly SourceRule[]): FindSource {
  if (rules.length === 0) return noSources;
  const compiled = rules.map((rule) => ({
    rule: { ...rule, provider: readProvider(rule.provider ?? undefined) },
    scope: matcher(rule.scope),
    service: matcher(rule.service),
  }));
  const match: FindSource = (scope, service) =>
    compiled.find((one) => one.scope(scope) && one.service(service))?.rule ?? null;

  const known = new Map<string | null, Map<string | null, SourceRule | null>>();
  let remembered = 0;
  return (scope, service) => {
    const rule = known.get(scope)?.get(service);
    if (rule !== undefined) return rule;
    if (remembered >= SOURCES_REMEMBERED_MAX) {
      known.clear();
      remembered = 0;
    }
    remembered += 1;
    let services = known.get(scope);
    if (services === undefined) known.set(scope, (services = new Map<string | null, SourceRule | null>()));
    const answer = match(scope, service);
    services.set(service, answer);
    return answer;
  };
}

/** What an emitter is known for, as the operator corrects it. */
export function withSource(habits: Habits, source: SourceRule | null): Habits {
  if (source === null) return habits;
  const { inputIncludesCache, outputIncludesReasoning, usage } = source;
  return {
    ...habits,
    isKnown: habits.isKnown || inputIncludesCache !== null,
    outputWithoutReasoning: outputIncludesReasoning === null ? habits.outputWithoutReasoning : !outputIncludesReasoning,
    estimates: habits.estimates || usage === 'estimate',
  };
}

/** No glob matches everything, absence included; a glob matches only what is there. */
function matcher(glob: string | null): (name: string | null) => boolean {
  if (glob === null) return () => true;
  const matches = compileGlob(glob);
  return (name) => name !== null && matches(name);
}
