#!/usr/bin/env bash
# Everything `make test` runs, one step after another. A step that fails doesn't stop the
# others; the last line says how many tests passed and failed, and the exit code agrees.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=infra/scripts/lib.sh
. infra/scripts/lib.sh

target=${CARGO_TARGET_DIR:-target}
logs=target/test-logs
mkdir -p "$logs"
export NO_COLOR=1 CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never

passed=0 failed=0 skipped=0
report=() excerpts=()

# Prints "passed failed skipped" as the runner's own closing lines say.
counts() { # counts RUNNER LOG
  case $1 in
    libtest)
      awk '/^test result:/ {
          for (i = 2; i <= NF; i++) {
            if ($i ~ /^passed/) p += $(i - 1)
            if ($i ~ /^failed/) f += $(i - 1)
            if ($i ~ /^ignored/) s += $(i - 1)
          }
        }
        END { print p + 0, f + 0, s + 0 }' "$2"
      ;;
    vitest)
      # Tests  1 failed | 12 passed | 2 skipped (15)
      awk '$1 == "Tests" {
          for (i = 3; i <= NF; i++) {
            if ($i == "passed") p += $(i - 1)
            if ($i == "failed") f += $(i - 1)
            if ($i == "skipped" || $i == "todo") s += $(i - 1)
          }
        }
        END { print p + 0, f + 0, s + 0 }' "$2"
      ;;
    playwright)
      awk '$1 ~ /^[0-9]+$/ && $2 == "passed" { p = $1 }
        # Passed at the second try: it passed, and is named below.
        $1 ~ /^[0-9]+$/ && $2 == "flaky" { late = $1 }
        $1 ~ /^[0-9]+$/ && ($2 == "failed" || $2 == "interrupted") { f += $1 }
        $1 ~ /^[0-9]+$/ && ($2 == "skipped" || ($2 == "did" && $3 == "not")) { s += $1 }
        END { print p + late + 0, f + 0, s + 0 }' "$2"
      ;;
  esac
}

# The lines of a log that say why its step failed. Whoever sees no more than the end of what this
# script printed reads them there.
excerpt() { # excerpt RUNNER LOG
  case $1 in
    libtest) grep -E -A 6 "^thread '.*panicked at|^error(\[|:)" "$2" | head -n 60 ;;
    vitest) grep -E -A 6 '^ *FAIL |Error: ' "$2" | head -n 60 ;;
    playwright) sed -n '/^WHAT FAILED/,/^$/p' "$2" | head -n 80 ;;
    *) tail -n 20 "$2" ;;
  esac
}

# A runner of `check` is one test by itself: it passed if it ended with 0.
step() { # step RUNNER NAME COMMAND...
  local runner=$1 name=$2 log code=0 began=$SECONDS p=0 f=0 s=0
  shift 2
  log=$logs/$(printf '%s' "$name" | tr -c 'A-Za-z0-9' -).log
  say "== $name"
  "$@" 2>&1 </dev/null | tee "$log"
  code=${PIPESTATUS[0]}
  if [ "$runner" = check ]; then
    if [ "$code" -eq 0 ]; then p=1; else f=1; fi
  else
    read -r p f s < <(counts "$runner" "$log")
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
      f=1
    elif [ "$code" -eq 0 ] && [ "$f" -ne 0 ]; then
      code=1
    elif [ "$code" -eq 0 ] && [ "$p" -eq 0 ]; then
      warn "$name ran no test"
      f=1
    fi
  fi
  if [ "$code" -ne 0 ] || grep -q '^WHAT FAILED' "$log"; then
    excerpts+=("-- $name"$'\n'"$(excerpt "$runner" "$log")")
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  report+=("$(printf '%5d passed %4d failed %4d skipped %5ds  %s' "$p" "$f" "$s" $((SECONDS - began)) "$name")")
  [ "$code" -eq 0 ]
}

finish() {
  say ''
  if [ "${#excerpts[@]}" -gt 0 ]; then printf '%s\n' "${excerpts[@]}" ''; fi
  printf '%s\n' "${report[@]}"
  if [ "$skipped" -gt 0 ]; then
    # A test that did not run proves nothing: it counts against the run.
    warn "$skipped skipped: nothing may be skipped, see $logs"
    failed=$((failed + skipped))
  fi
  say "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}

# Each `finish` here: without it nothing after would tell anything.
step check 'set-up' infra/scripts/test-setup.sh test || finish
step check 'npm packages' make --no-print-directory packages || finish

step check 'client lint' npm --prefix web-client run --silent lint
step vitest 'client tests' npm --prefix web-client run --silent test
step check 'client build' make --no-print-directory client || finish
step check 'build' cargo build --workspace --all-targets --locked --quiet || finish
step check 'client types are current' infra/scripts/check-types.sh

services=infra/scripts/with-test-services.sh
# In one process a binary, where the tests share the district pack: with a process for each, as
# nextest has it, reading it again takes a third of the time.
step libtest 'Rust tests' "$services" cargo test --workspace --locked --no-fail-fast --quiet

WUFEI_TEST_BIN=$(cd "$target/debug" && pwd)/wufei
CHROMIUM=$(chromium_bin)
export WUFEI_TEST_BIN CHROMIUM
step playwright 'browser journeys' "$services" npm --prefix tests/browser run --silent test

finish
