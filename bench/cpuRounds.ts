/** Rounds of the benchmarks that work on payloads in this process, measured in CPU time. */

/** Something that is done to payload after payload. */
export interface Arm {
  readonly name: string;
  /** Works on payload number `turn` and returns a figure of what it made, so that nothing is optimised away. */
  readonly run: (turn: number) => number;
}

interface RoundSize {
  readonly rounds: number;
  /** Payloads that take turns, and the spans in each. */
  readonly payloads: number;
  readonly spans: number;
  readonly warmUpCpuUs: number;
  readonly roundCpuUs: number;
}

let sink = 0;

/** What all arms returned, to be printed. */
export const sinkTotal = (): number => sink;

function cpuUsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const spent = process.cpuUsage(before);
  return spent.user + spent.system;
}

/** CPU microseconds a span over one round. */
function measureRound(arm: Arm, size: RoundSize, turnsARound: number): number {
  const us = cpuUsOf(() => {
    for (let turn = 0; turn < turnsARound; turn += 1) sink += arm.run(turn % size.payloads);
  });
  return us / (turnsARound * size.spans);
}

/** How many payloads fill a round. The first calls, while the compiler still works, are thrown away. */
function turnsOf(arm: Arm, size: RoundSize): number {
  let spentUs = 0;
  while (spentUs < size.warmUpCpuUs) {
    spentUs += cpuUsOf(() => {
      for (let turn = 0; turn < size.payloads; turn += 1) sink += arm.run(turn);
    });
  }
  const usATurn = Math.max(1, measureRound(arm, size, size.payloads) * size.spans);
  return Math.max(size.payloads, Math.ceil(size.roundCpuUs / usATurn));
}

/** CPU microseconds a span of each arm in each round; the arms take turns, so that a neighbour's load falls on all of them. */
export function measureInTurn(arms: readonly Arm[], size: RoundSize): number[][] {
  const turns = arms.map((arm) => turnsOf(arm, size));
  const figures: number[][] = arms.map(() => []);
  for (let round = 0; round < size.rounds; round += 1) {
    for (const [index, arm] of arms.entries()) {
      figures[index]?.push(measureRound(arm, size, turns[index] ?? size.payloads));
    }
  }
  return figures;
}
