# shellcheck shell=bash
# A stack from its first line to its last: the lock, the order of starting, and stopping however it ends.

prepare_folders() {
  ORDO_VAR=$(realpath -m "${ORDO_VAR:-$repository/var}")
  export ORDO_VAR
  { mkdir -p "$ORDO_VAR"/{logs,mail,pids,ready,secrets} && chmod 700 "$ORDO_VAR"/{logs,mail,secrets} && [[ -w $ORDO_VAR ]]; } 2>/dev/null ||
    die "cannot write to $ORDO_VAR." "Choose another place: ORDO_VAR=/some/folder ./run"
}

# One stack per var/. The lock goes with this process, however it ends.
take_lock() {
  exec {lock_descriptor}>&-
  exec {lock_descriptor}>>"$ORDO_VAR/lock"
  flock -n "$lock_descriptor" || return 1
  printf '%d\n' $$ >"$ORDO_VAR/lock"
}

lock_holder() {
  head -n 1 "$ORDO_VAR/lock" 2>/dev/null
}

# begin: from here on this process owns $ORDO_VAR, and all that it starts is stopped when it ends.
begin() {
  trap end EXIT
  trap 'leave 130' INT
  trap 'leave 143' TERM
  trap 'leave 129' HUP
  trap '' PIPE
  rm -f "$ORDO_VAR/run.env"
  stop_leftovers
  begin_logs
}

end() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  rm -f "$ORDO_VAR/run.env"
  [[ -z ${work_process:-} ]] || stop_work
  stop_nameless
  if ((${#process_names[@]})); then
    ! on_a_terminal || say # the line that shows ^C
    say "Stopping"
    stop_processes 10 nginx
    stop_processes 10 "${role_processes[@]}"
    stop_processes 5 mail
    stop_processes 30 postgres
    stop_processes 15 "${nats_names[@]}"
    say "Everything is stopped."
  fi
  exit "$status"
}

# What `work` was at: apt-get is let finish the package in hand; a build goes at once.
stop_work() {
  kill -s TERM "$work_process" 2>/dev/null
  wait_until 120 work_has_ended
  kill_session "$work_process"
}

work_has_ended() {
  ! is_alive "$work_process"
}

start_services() {
  local ports
  install_packages "${packages_to_serve[@]}"
  fetch_programs
  name_nats_nodes
  mapfile -t ports < <(nats_port_names)
  choose_ports "${ports[@]}" postgres mail
  start_servers
  write_run_env services
}

start_stack() {
  local needed=("${packages_to_serve[@]}") ports
  ordo=${ORDO_BINARY:-$repository/build/release/cli/ordo}
  [[ -n ${ORDO_BINARY:-} ]] || needed+=("${packages_to_build[@]}")
  # First of all, because whoever has the port taken should not hear of it after a long build.
  name_nats_nodes
  name_role_processes
  mapfile -t ports < <(nats_port_names)
  choose_ports "${ports[@]}" postgres mail "${gateways[@]}" nginx nginx_tls
  install_packages "${needed[@]}"
  fetch_programs
  [[ -n ${ORDO_BINARY:-} ]] || build release ordo
  [[ -x $ordo ]] || die "there is no program $ordo."
  start_servers
  start_roles
  seed_users
  write_run_env stack
}

# show_demo: the story of one order, on the stack that run.env names.
show_demo() {
  grep -q '^ORDO_MAIL_DIR=' "$ORDO_VAR/run.env" || die "the letters go to another mail server, and the demo shows one." "Start ./run without ORDO_SMTP_URL."
  work_process=
  (
    set -a
    # shellcheck source=/dev/null
    . "$ORDO_VAR/run.env"
    tether /usr/bin/python3 "$repository/docker/demo.py"
  ) </dev/null &
  work_process=$!
  supervise "$work_process"
  local status=0
  wait "$work_process" || status=$?
  work_process=
  return "$status"
}

# For `demo` while another ./run holds the lock: until its stack is up, if it is still building.
await_other_stack() {
  [[ -f $ORDO_VAR/run.env ]] || say "Waiting until the stack of process $(lock_holder) is up"
  wait_until 3600 other_stack_is_up_or_gone
  [[ -f $ORDO_VAR/run.env ]] || die "the stack on $ORDO_VAR has ended." "Start ./run demo again."
  grep -q '^ORDO_URL=' "$ORDO_VAR/run.env" || die "only ./run services is running on $ORDO_VAR." "Stop it, then start ./run demo again."
}

other_stack_is_up_or_gone() {
  [[ -f $ORDO_VAR/run.env ]] || flock -n "$lock_descriptor"
}
