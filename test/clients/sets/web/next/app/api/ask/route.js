import { withAttribution } from '@tollgate/node';
import { answer } from '../../../../answer.cjs';

export const dynamic = 'force-dynamic';

export const POST = (request) =>
  withAttribution({ user: request.headers.get('x-user'), session: request.headers.get('x-session') }, async () =>
    Response.json(await answer((await request.json()).model)),
  );
