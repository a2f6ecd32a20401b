# What the scripts share: where things are, and the settings under which Go builds the same bytes anywhere.
# Sourced, never run. Environment: FATHOM_TOOLS, the folder for all that the scripts download or build
# (default ${XDG_CACHE_HOME:-~/.cache}/fathom-dev); deleting it is always safe.
# shellcheck shell=bash disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${FATHOM_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/fathom-dev}
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$@"; exit 1; }

# The folder beside the swift command in use: a toolchain often brings its own llvm-objdump.
swift_bin() {
  local resources
  resources=$(swift -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)\/lib\/swift".*/\1/p')
  [ -n "$resources" ] && printf '%s\n' "$resources/bin"
}

# Nothing of the developer's own Go set-up reaches the programs that the figures are taken from.
go_env() {
  unset GOROOT GOPATH GOARCH GOOS GOEXPERIMENT GOAMD64 GOARM64 GODEBUG CGO_CFLAGS CGO_LDFLAGS
  export GOTOOLCHAIN=local GOPROXY=off GOFLAGS=-buildvcs=false GOENV=off GOWORK=off CGO_ENABLED=0
  export GOCACHE="$tools/gocache" GOPATH="$tools/gopath"
}

# README's commands below «Try it», a line each: they are run as a newcomer runs them.
readme_commands() {
  awk '/^## Try it/ { on = 1; next } /^## / { on = 0 } on && /^```/ { code = !code; next } on && code' "$root/README.md"
}
