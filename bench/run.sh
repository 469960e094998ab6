#!/usr/bin/env bash
# Runs every benchmark of the compiled dist/ and prints their tables. --short: seconds instead of minutes, to see that they work.
set -eu
cd "$(dirname "$0")/.."
for name in decode price forward ingest load gate gateLimit instrumentation; do
  printf '\n## %s\n\n' "$name"
  node "dist/bench/$name.js" "$@"
done
