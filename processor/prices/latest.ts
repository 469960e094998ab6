/**
 * Asks on behalf of all who want an answer at once, one question at a time. Nobody gets the answer to a question that was asked
 * before his: what he has just heard of may not be in it.
 */
export function createLatest<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<Answer> | null = null;
  let next: Promise<Answer> | null = null;

  function start(): Promise<Answer> {
    next = null;
    const question = ask().finally(() => {
      if (running === question) running = null;
    });
    running = question;
    return question;
  }

  return () => {
    if (running === null) return start();
    next ??= running.then(start, start);
    return next;
  };
}
