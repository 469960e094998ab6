import { noSubject } from '../../../src/attribution/subject.ts';
import type { SpanSkeleton } from '../../../src/call.ts';
import { plainSpan } from '../../support/llmCall.ts';
import { drawRequest, drawSpan, drawUsage } from './draws.ts';
import type { Episode } from './episode.ts';
import type { LoggedReservation } from './log.ts';

const MINUTE_MS = 60_000;

/** A span of a call that names its reservation, or of one that nobody asked for. */
export async function sendCall(episode: Episode, reservation: LoggedReservation | null): Promise<void> {
  if (episode.isFaithful && reservation !== null) {
    // One call a reservation, priced, while it lives: what else there may be, the invariant does not hold for.
    const isTold = reservation.said.length > 0 || episode.named.has(reservation.id);
    if (reservation.phase !== 'open' || reservation.boundFemtoUsd === null || isTold) return;
  }
  if (reservation !== null) episode.named.add(reservation.id);
  const asked = reservation === null ? undefined : episode.asked.get(reservation.id);
  const request = asked?.request ?? drawRequest(episode.draw, episode.tenant, null);
  const { agent, user, session, tags, environment } = request.subject;
  const run = request.call?.runId ?? null;
  const isSilent = !episode.isFaithful && episode.draw.chance(40);
  const age =
    reservation === null ? episode.draw.pick([0, 5_000, 50_000, 3 * MINUTE_MS, 2 * 60 * MINUTE_MS, -2 * MINUTE_MS]) : 0;
  const call = drawSpan(episode.draw, {
    traceId: request.call?.traceId ?? '1'.padStart(32, '0'),
    parentSpanId: episode.draw.chance(50) ? 'aaaaaaaaaaaaaaaa' : null,
    startMs: Date.now() - age,
    reservationId: reservation?.id ?? null,
    model: reservation?.model ?? request.call?.model ?? 'gpt-4o',
    ...(!episode.isFaithful && episode.draw.chance(10) ? { provider: 'azure' } : {}),
    // Nobody knows what it cost, though its bound had a price.
    ...(!episode.isFaithful && episode.draw.chance(20) ? { answeringModel: 'mystery-2' } : {}),
    usage: drawUsage(episode.draw, reservation?.boundTokens ?? 1000),
    own: isSilent ? { run } : { agent, user, session, run, tags },
    environment,
  });
  await episode.send([call], []);
}

/** Something that moves what is known of a call that was sent. */
export async function sendMore(episode: Episode): Promise<void> {
  if (episode.sent.length === 0) return;
  const call = episode.draw.pick(episode.sent.slice(-10));
  const what = episode.draw.below(episode.isFaithful ? 1 : 5);
  if (what === 0) return episode.send([call], []);
  if (what === 1) {
    const own = { ...noSubject, agent: episode.draw.pick(['ann', 'bob']), user: episode.draw.pick(['u1', 'u2']) };
    const parent: SpanSkeleton = {
      ...plainSpan,
      traceId: call.traceId,
      spanId: 'aaaaaaaaaaaaaaaa',
      startUnixNano: call.startUnixNano,
      own,
    };
    return episode.send([], [parent]);
  }
  const startMs = Number(call.startUnixNano / 1_000_000n);
  const words = {
    traceId: call.traceId,
    startMs,
    model: call.requestModel ?? 'gpt-4o',
    own: call.own,
    environment: call.environment,
  };
  if (what === 2) {
    // A better copy: it knows of cached tokens too.
    const usage = { ...call.usage, cache_read: 0, cache_write_5m: 0, reasoning: 0 };
    return episode.send([{ ...call, usage }], []);
  }
  if (what === 3) {
    // The same call by another emitter around it, which knows the reservation as well or does not.
    const reservationId = episode.draw.chance(50) ? call.reservationId : null;
    const outer = drawSpan(episode.draw, {
      ...words,
      parentSpanId: null,
      spanId: 'aaaaaaaaaaaaaaaa',
      reservationId,
      usage: call.usage,
    });
    return episode.send([{ ...outer, scope: 'outer' }], []);
  }
  const below = [1, 2].map(() =>
    drawSpan(episode.draw, {
      ...words,
      parentSpanId: call.spanId,
      reservationId: null,
      usage: drawUsage(episode.draw, 500),
    }),
  );
  return episode.send(below, []);
}
