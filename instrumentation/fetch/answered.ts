/** What a `Response` made here cannot be given, and one from `fetch` has. */
type Origin = Pick<Response, 'url' | 'redirected' | 'type' | 'headers'>;

/** Gives a response the looks of one that came from `fetch`, to its clones as well. */
export function asAnswered(response: Response, origin: Origin): Response {
  const { clone } = response;
  const looks = {
    url: origin.url,
    redirected: origin.redirected,
    type: origin.type,
    // Those that the server sent cannot be changed.
    headers: origin.headers,
    clone: () => asAnswered(clone.call(response), origin),
  };
  for (const [name, value] of Object.entries(looks)) setHidden(response, name, value);
  return response;
}

const readers = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

/** Reads through the response that came where `isOver` says so: of an aborted one nothing can be read, and it says why. */
export function readsThrough(response: Response, origin: Response, isOver: () => boolean): void {
  for (const name of readers) {
    const read: unknown = Reflect.get(response, name);
    // Node 20 has no `bytes`.
    if (typeof read !== 'function') continue;
    setHidden(response, name, (...args: unknown[]): unknown =>
      isOver()
        ? Reflect.apply(Reflect.get(origin, name) as typeof read, origin, args)
        : Reflect.apply(read, response, args),
    );
  }
}

function setHidden(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: false });
}
