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

# nats_urls SCHEME SUFFIX [USER:PASSWORD@]: the same port of every node, separated by commas.
nats_urls() {
  local name list=
  for name in "${nats_names[@]}"; do
    list+=${list:+,}$1://${3:-}$(nats_host "$name"):${port[$name$2]}
  done
  printf '%s' "$list"
}

# For people and for scripts: with the password of the user who may do everything.
operator_nats_url() {
  nats_urls nats '' "operator:$(secret nats-operator)@"
}

# A configuration for each node, which holds the passwords of all users. `./run services` has no program that knows what roles may
# do, and starts no role: there the operator is alone.
write_nats_configurations() {
  local name user file
  for user in operator cluster "${roles[@]}"; do secret "nats-$user" >/dev/null; done
  for name in "${nats_names[@]}"; do
    file=$ORDO_VAR/secrets/$name.conf
    (umask 077 && { nats_settings "$name" && nats_authorization && nats_cluster "$name"; } >"$file.new") ||
      die_with_log "$ORDO_VAR/logs/rights.log" "the users of NATS could not be written to $file."
    mv -f "$file.new" "$file"
  done
}

# The store stands in the file, because a server that was told of it by a flag does not read its file again (SIGHUP).
nats_settings() {
  local settings
  settings=$(<"$repository/docker/nats.conf")
  printf '%s\n' "${settings/"jetstream {"/"jetstream {
  store_dir: \"$ORDO_VAR/$1\""}"
}

nats_authorization() {
  if [[ -n ${ordo:-} ]]; then
    ORDO_PARTITIONS=${ORDO_PARTITIONS:-4} "$ordo" rights --passwords "$ORDO_VAR/secrets" 2>"$ORDO_VAR/logs/rights.log"
  else
    printf 'authorization: {user: operator, password: "%s"}\n' "$(secret nats-operator)"
  fi
}

# Who could speak to the others as one of them would need no user.
nats_cluster() {
  [[ $1 != nats ]] || return 0
  printf 'cluster: {name: ordo, listen: "%s:%d", routes: ["%s"]\n  authorization: {user: cluster, password: "%s"}}\n' "$(nats_host "$1")" \
    "${port[${1}_route]}" "$(nats_urls nats _route "cluster:$(secret nats-cluster)@" | sed 's/,/", "/g')" "$(secret nats-cluster)"
}

start_nats() {
  local name=$1 host place=() named=()
  nats_postponed[$name]=
  host=$(nats_host "$name")
  ((${#nats_places[@]} == 0)) || place=(ip netns exec "${nats_places[${name#nats-} - 1]%@*}")
  [[ $name == nats ]] || named=(--name "$name")
  start_process "$name" "${place[@]}" "$nats_server" --config "$ORDO_VAR/secrets/$name.conf" --addr "$host" \
    --port "${port[$name]}" --http_port "${port[${name}_monitor]}" "${named[@]}"
}

# nats_answers NAME SECONDS [QUERY]: prints the status of its health; 000 when nobody answers.
nats_answers() {
  curl -sS -m "$2" -o /dev/null -w '%{http_code}' "http://$(nats_host "$1"):${port[${1}_monitor]}/healthz${3:-}" 2>/dev/null || true
}

# One node is ready when it can store; one of several, when it follows the one that leads them. A full check would stay bad for
# as long as they remember a reader that went away while the network was cut.
nats_is_ready() {
  local query='?js-enabled-only=true'
  [[ $1 == nats ]] || query='?js-server-only=true'
  [[ $(nats_answers "$1" 2 "$query") == 200 ]]
}

# A server of a cluster that runs out of room gives up its store for good, and only a start brings it back: end it once there
# is room and most of the others have kept theirs. One that does not answer is left alone: it may be busy.
restart_nats_without_a_store() {
  local name=$1 now=$2 started=${process_started_ms[$1]}
  ((now >= started + nats_asked_every_ms && now >= ${nats_asked_ms[$name]:-0} + nats_asked_every_ms)) || return 0
  nats_asked_ms[$name]=$now
  [[ $(nats_answers "$name" 0.5 '?js-enabled-only=true') == 503 ]] || return 0
  has_room_for_nats "$name" && most_others_have_a_store "$name" || return 0
  say "$(date +%T) $name has given up its store, as one that ran out of room; ending it, to start it again"
  kill -s TERM "${process_id[$name]}" 2>/dev/null || true
}

most_others_have_a_store() {
  local name good=0
  for name in "${nats_names[@]}"; do
    [[ $name == "$1" || $(nats_answers "$name" 0.5 '?js-enabled-only=true') != 200 ]] || ((++good))
  done
  ((2 * good > ${#nats_names[@]}))
}

# A server that starts with no room may not write what it must not lose.
has_room_for_nats() {
  local free_kb
  free_kb=$(df -Pk "$ORDO_VAR/$1" | awk 'NR == 2 {print $4}')
  ((free_kb >= nats_free_kb_min))
}

# A server of a cluster that runs out of room also deletes its own record of which streams there are. One learns it again from the
# others; but started when most have forgotten, they agree that there is none, and delete the log (seen with 2.10.27).
most_have_forgotten() {
  local name store forgotten=0
  for name in "${nats_names[@]}"; do
    store=$ORDO_VAR/$name/jetstream
    [[ $name == nats || ! -d $store/\$G/streams || -d $store/\$SYS/_js_/_meta_ ]] || ((++forgotten))
  done
  ((2 * forgotten > ${#nats_names[@]}))
}

# postpone_nats NAME NOW: true when it cannot be started yet; looks again in a second.
postpone_nats() {
  local reason=
  has_room_for_nats "$1" || reason="there are $((nats_free_kb_min / 1024)) MB free for $ORDO_VAR/$1"
  ! most_have_forgotten || reason="$nats_what_to_do"
  [[ -n $reason ]] || return 1
  [[ -n ${nats_postponed[$1]:-} ]] || say "$(date +%T) $1 is not started before $reason"
  nats_postponed[$1]=1
  process_due_ms[$1]=$(($2 + 1000))
}

declare -A nats_asked_ms=() nats_postponed=()
readonly nats_free_kb_min=65536
readonly nats_asked_every_ms=3000
readonly nats_what_to_do="someone has looked: most of its servers have lost their record of the streams, and together would delete the log. \
First copy the folders nats-* of ORDO_VAR away; each holds every stream, and a server alone can read it."
