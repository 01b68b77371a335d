# shellcheck shell=bash
# The servers that Ordo stands on, each on ports and folders of this stack: mail sink and nginx here, NATS and Postgres in files
# of their own.

readonly postgres_programs=/usr/lib/postgresql/15/bin
declare -A port=()

# choose_ports NAME…: a free port for each, kept in $ORDO_VAR/ports so that a restart has the same.
choose_ports() {
  local name
  load_ports
  for name in "$@"; do
    case $name in
      nginx) choose_edge_port nginx ORDO_PORT "${ORDO_PORT:-8080}" ;;
      nginx_tls) choose_tls_port ;;
      *) choose_port "$name" ;;
    esac
  done
  for name in "${!port[@]}"; do printf '%s=%s\n' "$name" "${port[$name]}"; done >"$ORDO_VAR/ports.new"
  mv -f "$ORDO_VAR/ports.new" "$ORDO_VAR/ports"
}

load_ports() {
  local name number
  [[ -f $ORDO_VAR/ports ]] || return 0
  while IFS='=' read -r name number; do
    [[ ! $number =~ ^[0-9]+$ ]] || port[$name]=$number
  done <"$ORDO_VAR/ports"
}

choose_port() {
  local remembered=${port[$1]:-}
  [[ -z $remembered ]] || port_is_taken "$remembered" || return 0
  [[ -z $remembered ]] || say "Port $remembered of $1 is taken by $(port_holder "$remembered"); taking another one"
  port[$1]=$(free_port)
}

# choose_edge_port NAME VARIABLE WANTED: the port of nginx is the user's choice, and 0 leaves it to us.
choose_edge_port() {
  local name=$1 variable=$2 wanted=$3
  [[ $wanted =~ ^[0-9]{1,5}$ ]] || die "$variable is $wanted; it must be a port's number, or 0 for a free one."
  wanted=$((10#$wanted))
  ((wanted <= 65535)) || die "$variable is $wanted; the highest port is 65535."
  if ((wanted == 0)); then
    choose_port "$name"
    return
  fi
  ((wanted >= 1024 || EUID == 0)) || die "$variable is $wanted, and ports below 1024 need root." "Choose another: ${variable}=8080 ./run"
  ! port_is_taken "$wanted" || die "port $wanted is taken by $(port_holder "$wanted")." \
    "Stop that, or choose another port: ${variable}=9090 ./run (0 takes a free one)."
  port[$name]=$wanted
}

# Unless it is said, 8443 beside 8080; nobody who does not ask for it is held up because that one is taken.
choose_tls_port() {
  local wanted=${ORDO_TLS_PORT:-}
  if [[ -z $wanted ]]; then
    wanted=8443
    [[ ${ORDO_PORT:-8080} == 8080 ]] && ! port_is_taken 8443 || wanted=0
  fi
  choose_edge_port nginx_tls ORDO_TLS_PORT "$wanted"
}

# Below the range from which the kernel takes ports for outgoing connections: one of those might hold ours at a restart.
free_port() {
  local number tries
  for ((tries = 0; tries < 200; tries++)); do
    number=$((20000 + RANDOM % 12000))
    port_is_taken "$number" || [[ " ${port[*]} " == *" $number "* ]] || { printf '%d' "$number" && return; }
  done
  die "no free port found between 20000 and 32000."
}

port_is_taken() {
  local suffix tables=(/proc/net/tcp)
  [[ ! -r /proc/net/tcp6 ]] || tables+=(/proc/net/tcp6)
  printf -v suffix ':%04X' "$1"
  awk -v suffix="$suffix" '$4 == "0A" && substr($2, length($2) - 4) == suffix { found = 1 } END { exit !found }' \
    "${tables[@]}"
}

port_is_open() {
  port_is_taken "${port[$1]}"
}

port_holder() {
  local holder=
  ! command -v ss >/dev/null || holder=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -nE 's/.*users:\(\("([^"]+)",pid=([0-9]+).*/\1 (process \2)/p' | head -n 1)
  printf '%s' "${holder:-a process of another user}"
}

# await_start NAME SECONDS CONDITION…: until the condition holds; when the process dies or time is up, its log and the end.
await_start() {
  local name=$1 limit=$2
  shift 2
  wait_until "$limit" holds_or_died "$name" "$@" && is_running "$name" && "$@" && return
  is_running "$name" || die_with_log "$ORDO_VAR/logs/$name.log" "$name ended while it was starting." "Its whole log: $ORDO_VAR/logs/$name.log"
  die_with_log "$ORDO_VAR/logs/$name.log" "$name is not ready after $limit s." "Its whole log: $ORDO_VAR/logs/$name.log"
}

holds_or_died() {
  local name=$1
  shift
  "$@" || ! is_running "$name"
}

start_mail() {
  start_process mail /usr/bin/python3 "$repository/docker/mail_sink.py" --port "${port[mail]}" --maildir "$ORDO_VAR/mail"
}

# nginx runs as whoever starts it; its workers only need root's rights when root starts it, and then they must not have them.
prepare_nginx() {
  local user='' template
  ((EUID != 0)) || user='user nobody nogroup;'
  mkdir -p "$ORDO_VAR/nginx/temporary"
  make_certificate
  template=$(<"$repository/docker/nginx.conf.template")
  # In quotes: a & of a path would be what is replaced.
  template=${template//"\${ORDO_NGINX_USER}"/"$user"}
  template=${template//"\${ORDO_NGINX_LISTEN}"/"127.0.0.1:${port[nginx]}"}
  template=${template//"\${ORDO_NGINX_TLS}"/"$(tls_settings)"}
  # Load tests and crowds of event streams come from one address.
  template=${template//"\${ORDO_NGINX_CONNECTIONS}"/"${ORDO_CONNECTIONS_PER_ADDRESS:-16384}"}
  template=${template//"\${ORDO_NGINX_GATEWAYS}"/"$(gateway_servers)"}
  printf '%s\n' "$template" >"$ORDO_VAR/nginx/nginx.conf"
}

tls_settings() {
  printf 'listen 127.0.0.1:%d ssl backlog=4096; ssl_certificate "%s"; ssl_certificate_key "%s";' "${port[nginx_tls]}" \
    "$ORDO_VAR/tls/certificate.pem" "$ORDO_VAR/tls/key.pem"
}

# For trying out, signed by itself: nobody but who is told of it trusts it. Made anew a month before it ends.
make_certificate() {
  local folder=$ORDO_VAR/tls log=$ORDO_VAR/logs/certificate.log
  ! openssl x509 -checkend 2592000 -noout -in "$folder/certificate.pem" >/dev/null 2>&1 || [[ ! -s $folder/key.pem ]] || return 0
  mkdir -p "$folder"
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 -subj "/CN=Ordo on this machine" \
      -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -addext "extendedKeyUsage=serverAuth" \
      -keyout "$folder/key.new" -out "$folder/certificate.new" &&
      mv "$folder/key.new" "$folder/key.pem" && mv "$folder/certificate.new" "$folder/certificate.pem"
  ) >"$log" 2>&1 || die_with_log "$log" "the test certificate could not be made."
}

start_nginx() {
  start_process nginx "$nginx" -p "$ORDO_VAR/nginx/" -c "$ORDO_VAR/nginx/nginx.conf" -e stderr -g 'daemon off;'
}

# "server 127.0.0.1:20001 max_fails=0; server …". By default nginx leaves alone for ten seconds whoever failed once, so when all of
# several have fallen it would refuse everybody for that long after they are back.
gateway_servers() {
  local name
  for name in "${gateways[@]}"; do printf 'server 127.0.0.1:%d max_fails=0; ' "${port[$name]}"; done
}

start_servers() {
  local name
  say "Starting NATS, Postgres and the mail sink"
  require_free_space "$ORDO_VAR" 500 "for the log and the tables"
  ! most_have_forgotten || die "NATS is not started before $nats_what_to_do"
  write_nats_configurations
  for name in "${nats_names[@]}"; do start_nats "$name"; done
  prepare_postgres
  start_postgres
  [[ -n ${ORDO_SMTP_URL:-} ]] || start_mail
  for name in "${nats_names[@]}"; do await_start "$name" 60 nats_is_ready "$name"; done
  await_start postgres 60 postgres_is_ready
  [[ -n ${ORDO_SMTP_URL:-} ]] || await_start mail 15 port_is_open mail
  create_database
}
