# shellcheck shell=bash
# Ordo's own processes: their keys, their environment, their start, and the users that a fresh stack has.

readonly roles=(identity orders billing notifications projections gateway)
role_processes=() # one per role, or orders-1, orders-2, … when there are several instances of each
gateways=()       # those of them that nginx stands before

name_role_processes() {
  local role number count=${ORDO_INSTANCES:-1}
  [[ $count =~ ^[1-9]$ ]] || die "ORDO_INSTANCES is $count; it must be a number from 1 to 9."
  role_processes=("${roles[@]}") gateways=(gateway)
  ((count > 1)) || return 0
  role_processes=() gateways=()
  for role in "${roles[@]}"; do
    for ((number = 1; number <= count; number++)); do role_processes+=("$role-$number"); done
  done
  for ((number = 1; number <= count; number++)); do gateways+=("gateway-$number"); done
}

# gateway-2 → gateway
role_of() {
  printf '%s' "${1%-[0-9]}"
}

# The pair that tokens are signed with; only identity is told where the private key lies.
make_signing_keys() {
  local private=$ORDO_VAR/secrets/jwt-private.pem public=$ORDO_VAR/secrets/jwt-public.pem log=$ORDO_VAR/logs/keys.log
  [[ ! -s $private || ! -s $public ]] || return 0
  (
    umask 077
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$private.new" &&
      openssl pkey -in "$private.new" -pubout -out "$public" && mv "$private.new" "$private"
  ) >"$log" 2>&1 || die_with_log "$log" "the key pair for tokens could not be made."
}

# Environment variables and no arguments, because these can be read by everyone on the machine. For servers: nothing. What whoever starts the
# stack has of another one's, or of this one's from run.env, goes no further.
export_environment_of() {
  case $1 in nats* | postgres | mail | nginx) return 0 ;; esac
  unset ORDO_POSTGRES_URL ORDO_NATS_CREDENTIALS_FILE
  export ORDO_NATS_URL ORDO_NATS_USER ORDO_NATS_PASSWORD_FILE
  ORDO_NATS_URL=$(nats_urls nats '')
  ORDO_NATS_USER=$(role_of "$1")
  ORDO_NATS_PASSWORD_FILE=$ORDO_VAR/secrets/nats-$ORDO_NATS_USER
  export_postgres_url "$ORDO_NATS_USER"
  # nats-server does not tell its clients; it stands in docker/nats.conf.
  export ORDO_NATS_SYNC_INTERVAL=always
  export ORDO_PARTITIONS=${ORDO_PARTITIONS:-4} ORDO_CURRENCY=${ORDO_CURRENCY:-EUR} ORDO_REPLICAS=${#nats_names[@]}
  export ORDO_READY_FILE=$ORDO_VAR/ready/$1
  # The same at each start, so that a process which is started again takes over at once what the fallen one held.
  export ORDO_INSTANCE=$1
  case $(role_of "$1") in
    identity) export ORDO_JWT_PRIVATE_KEY_FILE=$ORDO_VAR/secrets/jwt-private.pem ;;
    gateway)
      export ORDO_JWT_PUBLIC_KEY_FILE=$ORDO_VAR/secrets/jwt-public.pem ORDO_CURSOR_SECRET_FILE=$ORDO_VAR/secrets/cursors
      export ORDO_GATEWAY_LISTEN=127.0.0.1:${port[$1]} ORDO_SWAGGER_FOLDER=$swagger_folder
      # A load test from one address is no attack; failed log-ins stay as few as anywhere.
      export ORDO_RATE_LIMIT_USER=${ORDO_RATE_LIMIT_USER:-10000000} ORDO_RATE_LIMIT_ADDRESS=${ORDO_RATE_LIMIT_ADDRESS:-10000000}
      export ORDO_RATE_LIMIT_LOGIN=${ORDO_RATE_LIMIT_LOGIN:-100000}
      ;;
    notifications)
      export ORDO_SMTP_URL=${ORDO_SMTP_URL:-smtp://127.0.0.1:${port[mail]}} ORDO_MAIL_FROM=${ORDO_MAIL_FROM:-orders@ordo.test}
      ;;
  esac
}

# export_postgres_url ROLE: each with its own user; who decides needs none.
export_postgres_url() {
  case $1 in
    orders | billing | notifications) return 0 ;;
    operator) ORDO_POSTGRES_URL=$(postgres_url) ;;
    *) ORDO_POSTGRES_URL=$(postgres_url "ordo_$1" "postgres-$1") ;;
  esac
  export ORDO_POSTGRES_URL
}

# postgres_url [USER SECRET]: the owner's unless said otherwise.
postgres_url() {
  printf 'postgresql://%s:%s@127.0.0.1:%d/ordo' "${1:-ordo}" "$(secret "${2:-postgres}")" "${port[postgres]}"
}

# launch NAME: starts any process of the stack, for the first time or again.
launch() {
  case $1 in
    nats*) start_nats "$1" ;;
    postgres | mail | nginx) "start_$1" ;;
    *)
      rm -f "$ORDO_VAR/ready/$1"
      start_process "$1" "$ordo" "$(role_of "$1")"
      ;;
  esac
}

# operate ARGUMENT…: one of the operator's commands, in the background of `work`.
operate() {
  export_environment_of operator
  unset ORDO_READY_FILE ORDO_INSTANCE
  tether "$ordo" "$@"
}

is_ready() {
  [[ -e $ORDO_VAR/ready/$1 ]]
}

start_roles() {
  local name log=$ORDO_VAR/logs/setup.log
  : >"$log"
  make_signing_keys
  secret cursors >/dev/null
  say "Setting up streams and tables"
  work "ordo setup" "$log" operate setup || die_with_log "$log" "ordo setup failed."
  say "Starting ${role_processes[*]}"
  for name in "${role_processes[@]}"; do
    launch "$name"
  done
  for name in "${role_processes[@]}"; do
    await_start "$name" 60 is_ready "$name"
  done
  prepare_nginx
  launch nginx
  await_start nginx 15 port_is_open nginx
  await_start nginx 30 edge_is_ready
}

edge_url() {
  printf 'http://127.0.0.1:%d' "${port[nginx]}"
}

tls_url() {
  printf 'https://127.0.0.1:%d' "${port[nginx_tls]}"
}

edge_is_ready() {
  curl -fsS -m 5 -o /dev/null "$(edge_url)/readyz" 2>/dev/null
}

# request METHOD PATH [HEADER…] <BODY: prints the status; the answer's body lies in $ORDO_VAR/answer.json. For what may be repeated without
# effect: a part that was just started on a busy machine may answer with 503 at first.
request() {
  local method=$1 path=$2 headers=('Content-Type: application/json')
  shift 2
  headers+=("$@")
  # Headers hold tokens, so they go through a descriptor and not into the list of processes.
  curl -sS -m 45 --retry 5 --retry-max-time 60 -X "$method" --data-binary @- -H @<(printf '%s\n' "${headers[@]}") \
    -o "$ORDO_VAR/answer.json" -w '%{http_code}' "$(edge_url)$path" 2>/dev/null || true
}

require_status() {
  local wanted=" $1 " status=$2 what=$3
  [[ $wanted == *" $status "* ]] || die "$what was answered with $status:" "$(head -c 600 "$ORDO_VAR/answer.json" 2>/dev/null)" "The gateway's log: $ORDO_VAR/logs/gateway.log"
}

json_member() {
  /usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$ORDO_VAR/answer.json" "$1"
}

# fill_wallet TOKEN: once, however often it is asked for. A refusal is for ever under its key, so only then another key is taken;
# the next start comes the same way to the key that was not refused.
fill_wallet() {
  local key status
  for key in first-topup first-topup-{2..5}; do
    status=$(printf '{"amount":100000,"currency":"%s"}' "${ORDO_CURRENCY:-EUR}" |
      request POST /api/payments/topup "Authorization: Bearer $1" "Idempotency-Key: $key" 'Prefer: wait=10')
    [[ $status == 402 ]] || break
  done
  require_status "200 202" "$status" "the demo user's top-up"
}

# The demo user with a filled wallet, and the administrator. Every step may be repeated without effect.
seed_users() {
  local password token log=$ORDO_VAR/logs/seed.log
  say "Making the demo user and the administrator"
  (umask 077 && : >"$ORDO_VAR/answer.json")
  password=$(secret demo-user)
  require_status "201 409" "$(printf '{"username":"demo","password":"%s","email":"demo@ordo.test","locale":"en"}' "$password" |
    request POST /api/auth/register)" "registering the demo user"
  require_status 200 "$(printf '{"username":"demo","password":"%s"}' "$password" | request POST /api/auth/login)" "the demo user's log-in"
  token=$(json_member access_token)
  fill_wallet "$token"
  rm -f "$ORDO_VAR/answer.json"
  secret admin-user >/dev/null
  : >"$log"
  work "ordo users add" "$log" operate users add admin --role admin --email admin@ordo.test \
    --password-file "$ORDO_VAR/secrets/admin-user" || die_with_log "$log" "the administrator could not be made."
}
