#!/usr/bin/env bash
# lint_openapi.sh FILE: holds the description of the HTTP interface against the rules that @redocly/cli recommends. The tool is kept in
# the cache folder; nothing is written beside the file, nothing is sent anywhere.
set -euo pipefail

version=1.34.5
tool=${XDG_CACHE_HOME:-$HOME/.cache}/ordo/redocly-$version
rules=$(dirname "${BASH_SOURCE[0]}")/redocly.yaml

if [[ ! -x $tool/node_modules/.bin/redocly ]]; then
  new=$(mktemp -d "$(dirname "$tool")/fetch.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$new" "@redocly/cli@$version"
  mv -T "$new" "$tool" 2>/dev/null || true # another one may have been quicker
fi
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true "$tool/node_modules/.bin/redocly" lint --config "$rules" "$1"
