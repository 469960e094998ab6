import { withAttribution } from '@tollgate/node';
import { streamed } from '../../../../answer.cjs';

export const dynamic = 'force-dynamic';

// The stream is begun in here: what Next pulls from it later, after the handler, is no longer the handler's.
const begun = (model) =>
  new ReadableStream({
    async start(controller) {
      for await (const piece of streamed(model))
        controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });

export const POST = (request) =>
  withAttribution(
    { user: request.headers.get('x-user'), session: request.headers.get('x-session') },
    async () => new Response(begun((await request.json()).model)),
  );
