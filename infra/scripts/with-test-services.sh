#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL and Redis beside it:
#
#   infra/scripts/with-test-services.sh cargo test --workspace
#
# Both listen on free loopback ports, keep nothing, and are gone afterwards. The command finds
#   WUFEI_TEST_POSTGRES_URL  a superuser's address: a test makes its own database
#   WUFEI_TEST_REDIS_URL     an empty Redis
#   WUFEI_TEST_VENV          the folder of the tests' Python packages, if installed
#   WUFEI_TEST_PYTHON        the interpreter in it
# and its exit code is passed on.
# shellcheck disable=SC2317 # functions called by a trap, or by name through `start`
set -euo pipefail

if [ "$#" -eq 0 ]; then
  printf 'usage: %s COMMAND [ARGUMENT...]\n' "$0" >&2
  exit 2
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=infra/scripts/lib.sh
. "$root/infra/scripts/lib.sh"

base='' postgres_pid='' redis_pid=''

# Asks kindly, then not; returns when the process is gone. Only for our own children.
end_child() { # end_child PID FIRST_SIGNAL
  kill -s "$2" "$1" 2>/dev/null || return 0
  local waited=0
  while kill -0 "$1" 2>/dev/null; do
    if [ "$waited" -eq 100 ]; then
      kill -s KILL "$1" 2>/dev/null || true
    fi
    sleep 0.1
    waited=$((waited + 1))
  done
  wait "$1" 2>/dev/null || true
}

clean_up() {
  local code=$?
  trap - EXIT
  # PostgreSQL's `QUIT` is "stop at once": nobody needs the data again.
  [ -z "$postgres_pid" ] || end_child "$postgres_pid" QUIT
  [ -z "$redis_pid" ] || end_child "$redis_pid" TERM
  [ -z "$base" ] || rm -rf "$base"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root, and neither server needs to be.
user=''
if [ "$(id -u)" -eq 0 ]; then
  for candidate in postgres wufei-test; do
    if id "$candidate" >/dev/null 2>&1; then
      user=$candidate
      break
    fi
  done
  if [ -z "$user" ]; then
    user=wufei-test
    useradd --system --no-create-home --shell /usr/sbin/nologin "$user"
  fi
fi
# `exec`s, so that a background child's pid is the server's own.
unprivileged() {
  if [ -n "$user" ]; then
    exec setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
  else
    exec "$@"
  fi
}

base=$(mktemp -d "${TMPDIR:-/tmp}/wufei-test.XXXXXX")
chmod 0755 "$base"
mkdir "$base/postgres" "$base/redis" "$base/socket"
if [ -n "$user" ]; then
  chown "$user" "$base/postgres" "$base/redis" "$base/socket"
  if ! (unprivileged test -x "$base/postgres"); then
    warn "The user $user cannot enter $base: set TMPDIR to a folder that everybody can."
    exit 1
  fi
fi
# The servers inherit this folder, and the caller's may be closed to them.
cd "$base"

bin=$(postgres_bin) || {
  warn 'PostgreSQL is missing: run infra/scripts/test-setup.sh'
  exit 1
}
have redis-server || {
  warn 'Redis is missing: run infra/scripts/test-setup.sh'
  exit 1
}

if ! (unprivileged "$bin/initdb" -D "$base/postgres/data" -U postgres --auth=trust \
  --encoding=UTF8 --locale=C --no-sync --no-instructions) >"$base/initdb.log" 2>&1; then
  cat "$base/initdb.log" >&2
  exit 1
fi

# Each `try_` starts a server on a free port and returns once it answers there, or fails
# when it ended first, as it does when somebody else was quicker to take the port.
try_postgres() {
  local state
  postgres_port=$(free_port)
  (unprivileged "$bin/postgres" -D "$base/postgres/data" -p "$postgres_port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories="$base/socket" \
    -c max_connections=300 -c shared_buffers=64MB \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c log_min_messages=warning -c timezone=UTC) >"$base/postgres.log" 2>&1 </dev/null &
  postgres_pid=$!
  while kill -0 "$postgres_pid" 2>/dev/null; do
    # The eighth line of its pid file is its own word for how far it is.
    state=$(sed -n 8p "$base/postgres/data/postmaster.pid" 2>/dev/null || true)
    case $state in ready*) return 0 ;; esac
    sleep 0.05
  done
  wait "$postgres_pid" || true
  postgres_pid=''
  return 1
}

try_redis() {
  redis_port=$(free_port)
  (unprivileged redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no \
    --dir "$base/redis" --daemonize no --databases 64) >"$base/redis.log" 2>&1 </dev/null &
  redis_pid=$!
  while kill -0 "$redis_pid" 2>/dev/null; do
    # Its process id proves that it is ours that answers.
    if redis-cli -h 127.0.0.1 -p "$redis_port" info server 2>/dev/null |
      tr -d '\r' | grep -qx "process_id:$redis_pid"; then
      return 0
    fi
    sleep 0.05
  done
  wait "$redis_pid" || true
  redis_pid=''
  return 1
}

start() { # start NAME: up to five times, for the port may be taken between choice and use
  local try
  for try in 1 2 3 4 5; do
    "try_$1" && return 0
  done
  warn "$1 did not start in $try tries:"
  tail -n 20 "$base/$1.log" >&2
  return 1
}
start postgres || exit 1
start redis || exit 1

export WUFEI_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$postgres_port/postgres"
export WUFEI_TEST_REDIS_URL="redis://127.0.0.1:$redis_port/"
if [ -x "$root/target/test-venv/bin/python" ]; then
  export WUFEI_TEST_VENV="$root/target/test-venv"
  export WUFEI_TEST_PYTHON="$WUFEI_TEST_VENV/bin/python"
fi

cd "$OLDPWD"
code=0
"$@" || code=$?
exit "$code"
