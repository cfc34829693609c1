# Wufei: `make run` serves it, `make test` proves it, `make help` lists the rest.
# Kept to what GNU make 3.81 understands, which is the one on macOS.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
WUFEI := $(TARGET)/release/wufei
# Both are made by `npm ci`; the stamp is younger than the lock file once it has run.
CLIENT_PACKAGES := web-client/node_modules/.stamp
BROWSER_PACKAGES := tests/browser/node_modules/.stamp
CLIENT := web-client/dist/index.html
CLIENT_SOURCES := $(shell find web-client/src web-client/public web-client/build -type f 2>/dev/null) \
	$(wildcard web-client/*.html web-client/*.json web-client/*.ts)
SCRIPTS := $(wildcard infra/scripts/*.sh) .ci/run

.PHONY: run test check demo bench month clean help setup client packages types

run: client ## build everything and serve it at http://127.0.0.1:8080, data in data/
	@$(call needs,cargo,Rust: see rustup)
	@echo 'Building the server (some minutes the first time)'
	@if [ -t 2 ]; then quiet=; else quiet=--quiet; fi; cargo build --release --locked $$quiet -p wufei-api
	@exec $(WUFEI) serve

test: ## install what the tests lack, then run all of them
	@exec infra/scripts/test.sh

check: packages ## formatting, lints, documentation, the district pack
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked --quiet
	npm --prefix web-client run --silent lint
	@if command -v shellcheck >/dev/null; then set -x; shellcheck -x $(SCRIPTS); \
		else echo 'shellcheck is not installed: the scripts were not looked at'; fi
	cargo run --locked --quiet -p wufei-api -- check-district infra/districts/jiangyuan

demo: client ## fill a scratch database with a believable year of one district
	cargo build --release --locked --quiet -p wufei-api
	@$(WUFEI) demo --data-dir $(TARGET)/demo

bench: client packages ## measure photos, routing, the sorting look-up, the inbox and the moderation rules; prints tables
	@infra/scripts/test-setup.sh bench
	@cargo run --release --locked --quiet -p wufei-tests --bin bench
	@infra/scripts/with-test-services.sh cargo run --release --locked --quiet -p wufei-tests --bin bench inbox
	@cargo run --release --locked --quiet -p wufei-moderation --example table
	@cargo build --locked --quiet -p wufei-api
	@WUFEI_TEST_BIN=$$(cd $(TARGET)/debug && pwd)/wufei CHROMIUM=$$(. infra/scripts/lib.sh; chromium_bin) \
		npm --prefix tests/browser run --silent bench

# Without link-time optimisation: it takes longer than the month, and this measures nothing.
month: ## play a month of 10,000 reports on both databases, and check every deadline, letter and figure
	@infra/scripts/test-setup.sh bench
	@WUFEI_MONTH_REPORTS=$${WUFEI_MONTH_REPORTS:-10000} CARGO_PROFILE_RELEASE_LTO=off \
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 infra/scripts/with-test-services.sh \
		cargo test --release --locked --quiet -p wufei-tests --test it month:: -- --nocapture --test-threads 1

setup: packages ## install what the tests lack, without running them
	@infra/scripts/test-setup.sh test

client: $(CLIENT) ## build the web client, if it changed

packages: $(CLIENT_PACKAGES) $(BROWSER_PACKAGES) ## npm packages, exactly as locked

types: $(CLIENT_PACKAGES) ## make the client's types again from the server's API document
	cargo build --locked --quiet -p wufei-api
	$(TARGET)/debug/wufei openapi >web-client/src/shared/api/openapi.json
	npm --prefix web-client run --silent types
	cd web-client && npx --no-install prettier --log-level warn --write src/shared/api/openapi.json

clean: ## remove what was built; data/ stays
	cargo clean --quiet
	rm -rf target web-client/dist web-client/node_modules tests/browser/node_modules \
		tests/browser/test-results

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

$(CLIENT): $(CLIENT_PACKAGES) $(CLIENT_SOURCES)
	@echo 'Building the web client'
	@npm --prefix web-client run --silent build -- --logLevel warn
	@touch $@

%/node_modules/.stamp: %/package-lock.json
	@$(call needs,npm,Node.js 20 or newer)
	@echo 'Installing the npm packages of $*'
	@npm --prefix $* ci --no-audit --no-fund --loglevel=error
	@touch $@

needs = command -v $(1) >/dev/null || { echo '$(1) is missing. Install $(2), then run this again.' >&2; exit 1; }
