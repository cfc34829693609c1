#!/usr/bin/env bash
# The API document that the client's types come from must be the one this server speaks.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=src/shared/api
wufei=${CARGO_TARGET_DIR:-target}/debug/wufei
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

"$wufei" openapi >"$fresh/openapi.json"
cd web-client
# Formatted as the client's own files are, so that only a real difference shows.
formatted() { npx --no-install prettier --stdin-filepath "$folder/$1" <"$fresh/$1"; }

npx --no-install openapi-typescript "$fresh/openapi.json" -o "$fresh/schema.d.ts" >"$fresh/log" 2>&1 || {
  cat "$fresh/log" >&2
  exit 1
}
stale=0
for file in openapi.json schema.d.ts; do
  formatted "$file" >"$fresh/formatted"
  if ! diff -u "$folder/$file" "$fresh/formatted" >"$fresh/diff"; then
    sed -n 1,40p "$fresh/diff" >&2
    stale=1
  fi
done
if [ "$stale" -ne 0 ]; then
  echo "The client's types are older than the server: run 'make types' and look at what changed." >&2
fi
exit "$stale"
