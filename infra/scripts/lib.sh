# Shared by the scripts beside it, which source it. Looks for programs; changes nothing.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

# Prints the folder with initdb and postgres; fails where there is none. Debian keeps
# them off the PATH, one folder per version; the highest version wins.
postgres_bin() {
  local dir version best='' best_version=-1
  for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
    /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    if ! [ -x "$dir/initdb" ] || ! [ -x "$dir/postgres" ]; then continue; fi
    version=${dir%/bin}
    version=${version##*[!0-9]}
    if [ "${version:-0}" -gt "$best_version" ]; then
      best=$dir best_version=${version:-0}
    fi
  done
  if [ -z "$best" ] && have initdb && have postgres; then
    best=$(dirname "$(command -v initdb)")
  fi
  [ -n "$best" ] && say "$best"
}

# Prints the browser the journeys drive; fails where there is none.
chromium_bin() {
  local candidate
  if [ -n "${CHROMIUM:-}" ]; then
    have "$CHROMIUM" && command -v "$CHROMIUM"
    return
  fi
  for candidate in chromium chromium-browser google-chrome google-chrome-stable \
    '/Applications/Chromium.app/Contents/MacOS/Chromium' \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
    if have "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Without a Chinese font every screen is boxes, and widths measured on it mean nothing.
chinese_font() {
  [ "$(uname -s)" = Darwin ] && return 0
  have fc-list && [ -n "$(fc-list :lang=zh family)" ]
}

# A port nobody listens on now. Somebody may take it before we do: callers try again.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
