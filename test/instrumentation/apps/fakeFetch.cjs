'use strict';

/**
 * A `fetch` that answers what no stand-in has, and tells what was sent: for files and batches, which cost nothing when they are
 * made. A multipart body is given with its boundary, which is random, replaced.
 */
module.exports = (answer) => {
  const sent = [];
  const fetch = async (url, init) => {
    const headers = new Headers(init.headers);
    const text = await new Response(init.body, { headers }).text();
    const boundary = /boundary=([^;]+)/.exec(headers.get('content-type') ?? '')?.[1] ?? /^--(\S+)/.exec(text)?.[1];
    sent.push({
      method: init.method,
      path: new URL(url).pathname,
      body: boundary === undefined ? text : text.replaceAll(boundary, 'boundary'),
    });
    return Response.json(answer);
  };
  return { fetch, sent };
};
