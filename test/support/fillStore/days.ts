import { type Agent, agents, hostileAgents, hostileUsers } from './cast.ts';
import type { Draw } from './random.ts';
import type { Turn } from './turn.ts';

export interface Traffic {
  readonly nowMs: number;
  readonly days: number;
  /** On a working day; a turn makes some three calls. */
  readonly turnsADay: number;
  readonly users: number;
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** By UTC hour: people work by day, batches run at night. */
const HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 15, 18, 20, 19, 16, 11, 8, 6, 5, 4, 3, 2];
const WEEKEND_SHARE = 0.35;
const ENVIRONMENTS = [
  { of: 'production', weight: 82 },
  { of: 'staging', weight: 14 },
  { of: null, weight: 4 },
];
/** A session that ran in a loop. */
export const INCIDENT = { daysAgo: 9, hour: 10, turns: 200 };
/** What the last hours surely hold, whatever the time of day. */
const RECENT_MINUTES = [2, 4, 7, 11, 16, 22, 29, 37, 46, 56, 75, 95, 130, 170, 220, 300, 400, 520, 650, 800];
/** No span of a turn ends later after its start. */
const TURN_MS_MAX = 110_000;

/** The turns of each day, the oldest first; the last is the day of now and ends there. */
export function* daysOfTurns(traffic: Traffic, draw: Draw): Generator<Turn[]> {
  const { nowMs, days } = traffic;
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  for (let daysAgo = days - 1; daysAgo >= 0; daysAgo -= 1) {
    const startMs = todayMs - daysAgo * DAY_MS;
    const turns = turnsOfDay(traffic, startMs, daysAgo, draw);
    if (daysAgo === 0) turns.push(...recentTurns(traffic, draw));
    yield turns.filter((turn) => turn.startMs <= nowMs - TURN_MS_MAX).toSorted((a, b) => a.startMs - b.startMs);
  }
}

function turnsOfDay(traffic: Traffic, dayMs: number, daysAgo: number, draw: Draw): Turn[] {
  const weekday = new Date(dayMs).getUTCDay();
  const isWeekend = weekday === 0 || weekday === 6;
  // Use has grown by a half over the two months.
  const growth = 1 - daysAgo / Math.max(1, traffic.days) / 3;
  const wanted = Math.max(1, Math.round(traffic.turnsADay * (isWeekend ? WEEKEND_SHARE : 1) * growth));
  const turns: Turn[] = [];
  while (turns.length < wanted) turns.push(...sessionOfDay(traffic, dayMs, daysAgo, draw));
  // One turn of each day is of somebody whose name breaks what does not quote it.
  const [first, ...others] = turns;
  const check = checkOfDay(dayMs, daysAgo);
  const incident = daysAgo === INCIDENT.daysAgo ? loop(check) : [];
  return [...(first === undefined ? [] : [{ ...first, ...hostileNames(daysAgo) }]), ...others, check, ...incident];
}

/** Somebody looks every morning whether the support bot still answers. */
function checkOfDay(dayMs: number, daysAgo: number): Turn {
  const [agent] = agents;
  if (agent === undefined) throw new Error('expected an agent, found none');
  return {
    agent,
    agentName: agent.name,
    user: 'morning-check',
    session: `morning-check-${daysAgo}`,
    environment: 'production',
    startMs: dayMs + INCIDENT.hour * HOUR_MS + 5 * 60_000,
    daysAgo,
  };
}

/** The session that asked again and again, and cost more in that hour than the bot in days. */
const loop = (check: Turn): Turn[] =>
  Array.from({ length: INCIDENT.turns }, (_, turn) => ({
    ...check,
    user: 'user-7',
    session: 'support-bot-loop',
    startMs: check.startMs + (turn * HOUR_MS) / 2 / INCIDENT.turns,
  }));

function hostileNames(day: number): Pick<Turn, 'agentName' | 'user' | 'session'> {
  const [agentName = '', user = ''] = [hostileAgents, hostileUsers].map((names) => names[day % names.length]);
  return { agentName, user, session: `${user} / ${day}` };
}

const shares = agents.map((agent) => ({ of: agent, weight: agent.weight }));
const hours = HOURS.map((weight, hour) => ({ of: hour, weight }));

/** A session has one user and a few turns within the hour; a batch has neither. */
function sessionOfDay({ users }: Traffic, dayMs: number, daysAgo: number, draw: Draw): Turn[] {
  const agent = draw.weighted(shares);
  const hour = agent.isBatch === true ? draw.whole(0, 23) : draw.weighted(hours);
  const startMs = dayMs + hour * HOUR_MS + draw.whole(0, HOUR_MS - 1);
  const one = turnOf(agent, { startMs, daysAgo, users }, draw);
  const turns = agent.isBatch === true ? 1 : draw.skewed(1, 7);
  return Array.from({ length: turns }, (_, turn) => ({
    ...one,
    startMs: startMs + turn * draw.whole(120_000, 480_000),
  }));
}

function recentTurns({ nowMs, users }: Traffic, draw: Draw): Turn[] {
  return RECENT_MINUTES.map((minutes) =>
    turnOf(draw.weighted(shares), { startMs: nowMs - minutes * 60_000, daysAgo: 0, users }, draw),
  );
}

function turnOf(
  agent: Agent,
  { startMs, daysAgo, users }: { readonly startMs: number; readonly daysAgo: number; readonly users: number },
  draw: Draw,
): Turn {
  const user = `user-${draw.skewed(1, users)}`;
  return {
    agent,
    agentName: agent.name,
    user: agent.isBatch === true ? null : user,
    session: agent.isBatch === true ? null : `${agent.name}-${draw.hex(10)}`,
    environment: draw.weighted(ENVIRONMENTS),
    startMs,
    daysAgo,
  };
}
