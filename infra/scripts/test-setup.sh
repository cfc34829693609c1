#!/usr/bin/env bash
# Installs what `make test` (or, with the argument `bench`, `make bench`) lacks, and says
# in one line what it cannot install. Nothing is skipped: it ends non-zero instead.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=infra/scripts/lib.sh
. infra/scripts/lib.sh

purpose=${1:-test}
case $purpose in
  test | bench) ;;
  *)
    warn "usage: $0 [test|bench]"
    exit 2
    ;;
esac

# What a language's own installer brings, and no package manager should on our behalf.
require_toolchains() {
  local lacking=0 node_major
  if ! have cargo; then
    warn 'Rust is missing: install it with rustup, then run this again.'
    lacking=1
  fi
  node_major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
  if [ "${node_major:-0}" -lt 20 ] || ! have npm; then
    warn 'Node.js 20 or newer with npm is missing: install it, then run this again.'
    lacking=1
  fi
  return "$lacking"
}

# Fills `lacking` with Debian packages, or with Homebrew's where the second name differs.
lacking=()
need() { # need DEBIAN_PACKAGE BREW_PACKAGE COMMAND...
  local debian=$1 brew=$2
  shift 2
  "$@" >/dev/null 2>&1 && return 0
  if [ "$platform" = debian ]; then
    lacking+=("$debian")
  elif [ "$brew" != - ]; then
    lacking+=("$brew")
  fi
}

find_lacking() {
  lacking=()
  need build-essential - have cc
  if [ "$purpose" = bench ]; then
    need libvips-tools vips have vipsthumbnail
    need libjpeg-turbo-progs jpeg-turbo have djpeg
    need wrk wrk have wrk
    need chromium '--cask chromium' chromium_bin
    return
  fi
  need postgresql postgresql@17 postgres_bin
  need redis-server redis have redis-server
  need python3-venv python@3.12 python3 -c 'import ensurepip, venv'
  need chromium '--cask chromium' chromium_bin
  need fonts-noto-cjk - chinese_font
  need fontconfig - have fc-list
}

install_debian() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! { have sudo && sudo -n true 2>/dev/null; }; then
      warn "Run this first, as root: apt-get install ${lacking[*]}"
      return 1
    fi
    as_root=(sudo -n)
  fi
  local apt=("${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -y -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300)
  say "Installing ${lacking[*]}"
  local log
  log=$(mktemp)
  # A mirror in the middle of an update answers wrongly for a moment.
  local try
  for try in 1 2 3; do
    if "${apt[@]}" update >"$log" 2>&1 &&
      "${apt[@]}" install --no-install-recommends "${lacking[@]}" >>"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    [ "$try" -lt 3 ] && sleep $((try * 5))
  done
  tail -n 30 "$log" >&2
  rm -f "$log"
  warn "apt-get could not install: ${lacking[*]}"
  return 1
}

# The Python packages the tests use, in a folder of their own, made anew when the pinned
# list or the interpreter changes.
python_packages() {
  local venv=target/test-venv stamp want
  stamp=$venv/.installed
  want=$(
    python3 -c 'import sys; print(sys.version)'
    cat tests/requirements.txt
  )
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    return 0
  fi
  say 'Installing the Python packages of the tests'
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --no-deps -r tests/requirements.txt
  printf '%s\n' "$want" >"$stamp"
}

require_toolchains

if have apt-get; then
  platform=debian
elif [ "$(uname -s)" = Darwin ]; then
  platform=macos
else
  platform=other
fi

find_lacking
if [ "${#lacking[@]}" -gt 0 ]; then
  case $platform in
    debian) install_debian ;;
    macos)
      warn "Run this first: brew install ${lacking[*]}"
      exit 1
      ;;
    *)
      warn "Install these first, by whatever name your system has for them: ${lacking[*]}"
      exit 1
      ;;
  esac
  find_lacking
  if [ "${#lacking[@]}" -gt 0 ]; then
    warn "Still missing after the installation: ${lacking[*]}"
    exit 1
  fi
fi

if [ "$purpose" = test ]; then
  python_packages
fi
