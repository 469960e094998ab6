import { callEmitters, outerEmitter, type Answer } from './emitters.ts';
import { SERVER } from './span.ts';
import type { Place, World } from './world.ts';

/** One paid call, or several, as emitters are seen to write them. Each scene hangs its spans below a place. */
type Scene = (world: World, place: Place) => void;

function single(world: World, place: Place): void {
  world.addCall(place, world.draw.pick(callEmitters), world.answer(), { attributes: world.subject(25) });
}

/** Wrappers around one call, some of the same scope, some that name another id or none, some that count otherwise. */
function nested(world: World, place: Place): void {
  const { draw } = world;
  const answer = world.answer();
  let inner = place;
  for (let level = draw.between(1, 3); level > 0; level -= 1) {
    inner = world.addCall(inner, draw.pick(callEmitters), variant(world, answer), { attributes: world.subject(15) });
    if (draw.chance(25)) inner = world.add(inner, { name: 'POST' });
  }
  world.addCall(inner, draw.pick(callEmitters), answer);
}

function vercelPair(world: World, place: Place): void {
  const answer = world.answer();
  const outer = world.addCall(place, outerEmitter, answer, { attributes: world.subject(40) });
  for (let step = world.draw.between(1, 2); step > 0; step -= 1) {
    const inner = world.draw.chance(80) ? answer : world.answer();
    world.addCall(outer, world.draw.pick(callEmitters), inner);
  }
}

/** Two or three instrumentations that set no context: copies beside each other. */
function siblings(world: World, place: Place): void {
  const { draw } = world;
  const answer = world.answer();
  const emitters = draw.shuffled(callEmitters).slice(0, draw.between(2, 3));
  for (const [number, emitter] of emitters.entries()) {
    const responseId = number === 0 || draw.chance(20) ? answer.responseId : null;
    world.addCall(
      place,
      emitter,
      { ...answer, responseId },
      {
        startMs: place.startMs + draw.pick([0, 0, 500, 999, 1000, 1001, 2000, 2001]),
      },
    );
  }
}

/** A gateway's span of the call: below the client's, or in a trace of its own that shares the id alone. */
function gateway(world: World, place: Place): void {
  const { draw } = world;
  const answer = { ...world.answer(), responseId: `resp-${draw.below(1_000_000)}` };
  const client = world.addCall(place, draw.pick(callEmitters), answer, { attributes: world.subject(30) });
  const startMs = client.startMs + draw.pick([0, 100, 2000, 6000, 12_000]);
  const isApart = draw.chance(60);
  const start = isApart ? world.newTrace('gateway', startMs) : { ...client, service: 'gateway', startMs };
  const door = draw.chance(50) ? world.add(start, { name: 'Received Proxy Server Request', kind: SERVER }) : start;
  const seen = draw.chance(80) ? answer : variant(world, answer);
  const inner = world.addCall(door, draw.pick(callEmitters), seen, { kind: draw.chance(70) ? SERVER : 3 });
  if (draw.chance(20))
    world.addCall(inner, { scope: 'litellm', attributesOf: callEmitters[0]?.attributesOf ?? noWords }, seen, {
      name: 'raw_gen_ai_request',
    });
}

/** Attempts below one call; those that failed have no usage. */
function retries(world: World, place: Place): void {
  const { draw } = world;
  const answer = world.answer();
  const upper = draw.chance(75) ? world.addCall(place, draw.pick(callEmitters), answer) : place;
  const emitter = draw.pick(callEmitters);
  for (let attempt = draw.between(1, 2); attempt > 0; attempt -= 1) {
    const failed = { ...answer, usage: null, responseId: null, cacheRead: null };
    const attributes = draw.chance(60) ? { 'error.type': draw.pick(['429', 'timeout']) } : {};
    world.addCall(upper, emitter, failed, { isError: true, attributes });
  }
  if (draw.chance(70)) world.addCall(upper, emitter, answer);
}

/** An emitter that writes the same id on every call. */
function constantId(world: World, place: Place): void {
  const { draw } = world;
  const emitters = draw.chance(60) ? [draw.pick(callEmitters)] : draw.shuffled(callEmitters).slice(0, 2);
  const responseId = draw.pick(['constant-id', 'short', place.traceId]);
  for (let call = draw.between(2, 5); call > 0; call -= 1) {
    const service = draw.chance(70) ? place.service : 'other';
    const startMs = place.startMs + draw.pick([0, 1000, 3000, 30_000]);
    world.addCall({ ...place, service, startMs }, draw.pick(emitters), { ...world.answer(), responseId });
  }
}

/** A call that says the sum of the calls below it, or nothing, or something else. */
function total(world: World, place: Place): void {
  const { draw } = world;
  const answer = world.answer();
  const answers = Array.from({ length: draw.between(2, 3) }, () => (draw.chance(60) ? answer : world.answer()));
  const sum = answers.reduce(
    ({ input, output }, { usage }) => ({ input: input + (usage?.input ?? 0), output: output + (usage?.output ?? 0) }),
    { input: 0, output: 0 },
  );
  const usage = draw.pick([sum, sum, null, { input: sum.input, output: Math.max(0, sum.output - 1) }]);
  const upper = world.addCall(place, draw.pick(callEmitters), { ...answer, usage, responseId: null });
  for (const lower of answers) world.addCall(upper, draw.pick(callEmitters), lower);
}

const callScenes: readonly Scene[] = [
  single,
  single,
  nested,
  vercelPair,
  siblings,
  gateway,
  retries,
  constantId,
  total,
];

/** One of the scenes. */
export function addCallScene(world: World, place: Place): void {
  world.draw.pick(callScenes)(world, place);
}

function noWords(): Record<string, never> {
  return {};
}

/** The same answer, as another emitter understood it. */
function variant(world: World, answer: Answer): Answer {
  const { draw } = world;
  const other = world.answer();
  const changes = draw.pick<Partial<Answer>>([
    {},
    {},
    { responseId: null },
    { responseId: other.responseId },
    { usage: other.usage },
    { usage: null },
    { model: other.model, provider: other.provider },
    { operation: other.operation },
  ]);
  return { ...answer, ...changes };
}
