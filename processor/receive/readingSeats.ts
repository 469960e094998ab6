interface Visit {
  readonly owner: string;
  readonly read: () => void;
  state: 'waits' | 'reads' | 'left';
}

/**
 * How many messages may arrive at once over gRPC. The library shows a message when it is whole, so until then each may hold as
 * much as the limit, and a connection may open 256: those beyond the seats wait unread in the sender, where flow control stops
 * them. One owner has at most half of the seats, so that who sends slowly keeps nobody else waiting.
 */
export class ReadingSeats {
  readonly #seats: number;
  readonly #seatsOfOwner: number;
  readonly #reading = new Map<string, number>();
  #taken = 0;
  #waiting: Visit[] = [];

  constructor(seats: number) {
    this.#seats = seats;
    this.#seatsOfOwner = Math.max(1, Math.floor(seats / 2));
  }

  /** Calls `read` at once or when there is a seat. The function returned gives the seat, or the place in the line, back. */
  enter(owner: string, read: () => void): () => void {
    const visit: Visit = { owner, read, state: 'waits' };
    if (this.#maySit(visit)) this.#sit(visit);
    else this.#waiting.push(visit);
    return () => this.#leave(visit);
  }

  #maySit({ owner }: Visit): boolean {
    return this.#taken < this.#seats && (this.#reading.get(owner) ?? 0) < this.#seatsOfOwner;
  }

  #sit(visit: Visit): void {
    visit.state = 'reads';
    this.#taken += 1;
    this.#reading.set(visit.owner, (this.#reading.get(visit.owner) ?? 0) + 1);
    visit.read();
  }

  #leave(visit: Visit): void {
    const { state, owner } = visit;
    visit.state = 'left';
    if (state === 'waits') this.#waiting = this.#waiting.filter((each) => each !== visit);
    if (state !== 'reads') return;
    this.#taken -= 1;
    const left = (this.#reading.get(owner) ?? 1) - 1;
    if (left === 0) this.#reading.delete(owner);
    else this.#reading.set(owner, left);
    this.#seatNext();
  }

  #seatNext(): void {
    const place = this.#waiting.findIndex((visit) => this.#maySit(visit));
    const [next] = place === -1 ? [] : this.#waiting.splice(place, 1);
    if (next !== undefined) this.#sit(next);
  }
}
