import { addCallScene } from './callScenes.ts';
import { Draw } from './draw.ts';
import { hexId, withoutAttributes, type Exported } from './span.ts';
import { World, type Place } from './world.ts';

const SERVICES = ['web', 'web', 'worker', null];
const STARTS_MS = [0, 500, 1000, 3000, 9999, 10_000, 3_600_000];

/** Random agents' traces over all emitters, with what goes wrong on the way to a receiver. The same for a seed. */
export function agentTraces(seed: number, tenant: string): readonly Exported[] {
  const world = new World(new Draw(seed), tenant);
  const { draw } = world;
  for (let trace = draw.pick([1, 1, 2]); trace > 0; trace -= 1) addTrace(world);
  const kept = draw.chance(40) ? world.exported.filter(() => !draw.chance(15)) : world.exported;
  const turned = draw.chance(15) ? withTwists(draw, kept) : kept;
  return draw.chance(40) ? withLesserCopies(draw, turned) : turned;
}

function addTrace(world: World): void {
  const { draw } = world;
  const trace = world.newTrace(draw.pick(SERVICES), draw.pick(STARTS_MS));
  const root = draw.chance(85)
    ? world.add(trace, {
        name: 'POST /chat',
        kind: 2,
        durationMs: 20_000,
        attributes: { 'http.route': draw.chance(50) ? '/chat' : null, ...world.subject(50) },
        traceState: draw.chance(8) ? 'tollgate=r:run-3' : '',
      })
    : trace;
  for (let turn = draw.between(1, 2); turn > 0; turn -= 1) addAgent(world, root, draw.between(0, 3));
}

/** An agent with calls, tools and agents of its own below it; some sum what is below them, rightly or not. */
function addAgent(world: World, place: Place, depthLeft: number): void {
  const { draw } = world;
  const agent = draw.pick(['planner', 'coder', 'writer']);
  const usage = draw.chance(40) ? { input: draw.pick([0, 10, 30, 100]), output: draw.pick([0, 10, 30]) } : null;
  const self = world.add(place, {
    name: `invoke_agent ${agent}`,
    kind: draw.chance(70) ? 1 : 3,
    scope: draw.pick(['pydantic-ai', 'strands', 'app']),
    attributes: {
      ...world.subject(20),
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': draw.chance(80) ? agent : null,
      'gen_ai.agent.id': draw.chance(20) ? `id-${agent}` : null,
      'gen_ai.request.model': draw.chance(50) ? 'gpt-4o' : null,
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': usage?.input ?? null,
      'gen_ai.usage.output_tokens': usage?.output ?? null,
    },
  });
  for (let step = draw.between(depthLeft === 0 ? 0 : 1, 2); step > 0; step -= 1) addStep(world, self, depthLeft);
}

function addStep(world: World, place: Place, depthLeft: number): void {
  const { draw } = world;
  const step = draw.below(10);
  if (step < 5 || depthLeft === 0) addCallScene(world, place);
  else if (step < 7) addAgent(world, draw.chance(30) ? { ...place, service: 'worker' } : place, depthLeft - 1);
  else if (step < 9) {
    const attributes = { 'gen_ai.operation.name': 'execute_tool', ...world.subject(10) };
    addStep(world, world.add(place, { name: 'execute_tool search', attributes }), depthLeft - 1);
  } else addCallScene(world, silentChain(world, place));
}

/** Spans that say nothing, now and then very many. */
function silentChain(world: World, place: Place): Place {
  let last = place;
  for (let span = world.draw.pick([2, 5, 5, 70]); span > 0; span -= 1) last = world.add(last, { name: 'work' });
  return last;
}

/** Parents in a ring, two rows that share a span id, the same spans in another tenant. */
function withTwists(draw: Draw, exported: readonly Exported[]): readonly Exported[] {
  const [some] = draw.shuffled(exported);
  if (some === undefined) return exported;
  const twist = draw.below(3);
  if (twist === 0) return [...exported, ...exported.map((each) => ({ ...each, tenant: `${each.tenant}-other` }))];
  const other = draw.pick(exported.filter(({ span }) => span.traceId === some.span.traceId));
  if (twist === 1) {
    return exported.map((each) =>
      each === some ? { ...each, span: { ...each.span, parentSpanId: other.span.spanId } } : each,
    );
  }
  const shiftNano = BigInt(draw.pick([1, 1000, 86_400_000])) * 1_000_000n;
  const { span } = some;
  const second = {
    ...span,
    startUnixNano: span.startUnixNano + shiftNano,
    endUnixNano: span.endUnixNano + shiftNano,
    parentSpanId: draw.pick([span.parentSpanId, other.span.spanId, hexId(16, 1)]),
  };
  return [...exported, { ...some, span: second }];
}

/** Exports of the same spans by which some attributes did not come through. */
function withLesserCopies(draw: Draw, exported: readonly Exported[]): readonly Exported[] {
  return exported.flatMap((each) => {
    if (!draw.chance(30)) return [each];
    const lost = draw.pick(['user.id', 'usage', 'response.id', 'model', 'gen_ai', 'operation']);
    return [each, { ...each, span: withoutAttributes(each.span, (key) => key.includes(lost)) }];
  });
}
