# shellcheck shell=bash
# NATS: one server alone, or ORDO_NATS_NODES of them that keep every stream together, each with a store of its own.
#
# ORDO_NATS_PLACES ("NAMESPACE@ADDRESS …", one per node) puts each into a network namespace that is there already, so that
# a test can cut the network between them.

# name_nats_nodes: `nats` alone, or nats-1, nats-2, …
name_nats_nodes() {
  local number count=${ORDO_NATS_NODES:-1}
  [[ $count =~ ^[1-5]$ ]] || die "ORDO_NATS_NODES is $count; it must be from 1 to 5, and 3 is the usual cluster."
  nats_names=(nats)
  ((count == 1)) || nats_names=()
  for ((number = 1; count > 1 && number <= count; number++)); do nats_names+=("nats-$number"); done
  read -ra nats_places <<<"${ORDO_NATS_PLACES:-}"
  ((${#nats_places[@]} == 0 || ${#nats_places[@]} == count)) ||
    die "ORDO_NATS_PLACES names ${#nats_places[@]} places for $count NATS servers."
}

nats_port_names() {
  local name
  for name in "${nats_names[@]}"; do
    printf '%s\n' "$name" "${name}_monitor"
    [[ $name == nats ]] || printf '%s\n' "${name}_route"
  done
}

nats_host() {
  local number=${1#nats-}
  if ((${#nats_places[@]} == 0)); then printf 127.0.0.1; else printf '%s' "${nats_places[number - 1]#*@}"; fi
}

# nats_urls SCHEME SUFFIX: the same port of every node, separated by commas.
nats_urls() {
  local name list=
  for name in "${nats_names[@]}"; do
    list+=${list:+,}$1://$(nats_host "$name"):${port[$name$2]}
  done
  printf '%s' "$list"
}

start_nats() {
  local name=$1 host place=() cluster=()
  host=$(nats_host "$name")
  ((${#nats_places[@]} == 0)) || place=(ip netns exec "${nats_places[${name#nats-} - 1]%@*}")
  [[ $name == nats ]] || cluster=(--name "$name" --cluster_name ordo --cluster "nats://$host:${port[${name}_route]}"
    --routes "$(nats_urls nats _route)")
  start_process "$name" "${place[@]}" "$nats_server" --config "$repository/docker/nats.conf" --addr "$host" \
    --port "${port[$name]}" --http_port "${port[${name}_monitor]}" --store_dir "$ORDO_VAR/$name" "${cluster[@]}"
}

# nats_answers NAME SECONDS [QUERY]: prints the status of its health; 000 when nobody answers.
nats_answers() {
  curl -sS -m "$2" -o /dev/null -w '%{http_code}' "http://$(nats_host "$1"):${port[${1}_monitor]}/healthz${3:-}" 2>/dev/null || true
}

# One node is ready when it can store; one of several, when all of them agree on who leads.
nats_is_ready() {
  local query='?js-enabled-only=true'
  [[ $1 == nats ]] || query=
  [[ $(nats_answers "$1" 2 "$query") == 200 ]]
}

# A server that ran out of room gives up its store for good, and only a start brings it back: ask for one. One that does not
# answer is left alone: it may be busy.
restart_nats_without_a_store() {
  local name=$1 now=$2
  ((now >= ${nats_asked_ms[$name]:-0} + nats_asked_every_ms)) || return 0
  nats_asked_ms[$name]=$now
  ((now - process_started_ms[$name] >= nats_asked_every_ms)) || return 0
  [[ $(nats_answers "$name" 0.5 '?js-enabled-only=true') == 503 ]] || return 0
  say "$(date +%T) $name has given up its store (no room?); ending it, to start it again"
  kill -s TERM "${process_id[$name]}" 2>/dev/null || true
}

declare -A nats_asked_ms=()
readonly nats_asked_every_ms=3000
