# shellcheck shell=bash
# What a running stack tells: $ORDO_VAR/run.env for scripts, the card for people.

# write_run_env services|stack: the file stands there only while the stack is up.
write_run_env() {
  local values
  values=(
    "ORDO_VAR=$ORDO_VAR"
    "ORDO_NATS_URL=$(operator_nats_url)"
    "ORDO_NATS_MONITOR_URL=$(nats_urls http _monitor)"
    "ORDO_NATS_SERVER=$nats_server"
    "ORDO_NGINX=$nginx"
    "ORDO_POSTGRES_URL=$(postgres_url)"
    "ORDO_SMTP_URL=${ORDO_SMTP_URL:-smtp://127.0.0.1:${port[mail]}}"
    "ORDO_PARTITIONS=${ORDO_PARTITIONS:-4}"
    "ORDO_CURRENCY=${ORDO_CURRENCY:-EUR}"
    "ORDO_JWT_PRIVATE_KEY_FILE=$ORDO_VAR/secrets/jwt-private.pem"
    "ORDO_JWT_PUBLIC_KEY_FILE=$ORDO_VAR/secrets/jwt-public.pem"
  )
  [[ -n ${ORDO_SMTP_URL:-} ]] || values+=("ORDO_MAIL_DIR=$ORDO_VAR/mail")
  [[ $1 == services ]] || values+=(
    "ORDO_URL=$(edge_url)"
    "ORDO_TLS_URL=$(tls_url)"
    "ORDO_TLS_CERTIFICATE=$ORDO_VAR/tls/certificate.pem"
    "ORDO_GATEWAY_URL=http://127.0.0.1:${port[${gateways[0]}]}"
    "ORDO_BINARY=$ordo"
    "ORDO_DEMO_USER=demo"
    "ORDO_DEMO_PASSWORD=$(secret demo-user)"
    "ORDO_ADMIN_USER=admin"
    "ORDO_ADMIN_PASSWORD=$(secret admin-user)"
  )
  (umask 077 && shell_assignments "${values[@]}" >"$ORDO_VAR/run.env.new")
  mv -f "$ORDO_VAR/run.env.new" "$ORDO_VAR/run.env"
}

shell_assignments() {
  local pair
  for pair in "$@"; do
    printf '%s=%q\n' "${pair%%=*}" "${pair#*=}"
  done
}

print_stack_card() {
  cat <<EOT

  Ordo is running.

    address     $(edge_url)
    over TLS    $(tls_url), with a certificate that only curl --cacert $ORDO_VAR/tls/certificate.pem trusts
    log in      demo / $(secret demo-user)
    admin       admin / $(secret admin-user)
    NATS        $(nats_urls nats '')
    Postgres    (. $ORDO_VAR/run.env; psql "\$ORDO_POSTGRES_URL")
    metrics     $(edge_url)/metrics
    letters     ${ORDO_SMTP_URL:+to the mail server of ORDO_SMTP_URL, not to }$ORDO_VAR/mail
    logs        $ORDO_VAR/logs
    for scripts $ORDO_VAR/run.env

  In another terminal, ./run demo walks an order from POST to letter. Ctrl-C stops everything.

EOT
}

print_services_card() {
  cat <<EOT

  NATS, Postgres and the mail sink are running; their addresses stand in $ORDO_VAR/run.env. Ctrl-C stops them.

EOT
}
