# shellcheck shell=bash
# The processes of a stack: starting, looking after them, stopping them, all by process id.
#
# Each runs as a direct child, leads a session of its own, and has a working folder inside $ORDO_VAR: by these two a
# later start knows what an earlier one left behind. $ORDO_VAR/pids/<name>.pid holds its id, logs/<name>.log its output.

declare -A process_id=()           # name → id; empty while it is down
declare -A process_started_ms=()
declare -A process_due_ms=()       # when to start it again
declare -A process_back_off_ms=()
process_names=()                   # in the order of the first start

readonly back_off_ms_min=200 back_off_ms_max=5000 back_off_reset_after_ms=30000

# now_ms VARIABLE
now_ms() {
  local microseconds=${EPOCHREALTIME/[.,]/}
  printf -v "$1" '%d' $((microseconds / 1000))
}

# start_process NAME COMMAND…; stop_signal_of says which signal ends it in order.
start_process() {
  local name=$1
  shift
  (cd "$(working_folder_of "$name")" && export_environment_of "$name" && tether_with "$(stop_signal_of "$name")" "$@") >>"$ORDO_VAR/logs/$name.log" 2>&1 </dev/null &
  process_id[$name]=$!
  note_id "$name" "$!"
  now_ms "process_started_ms[$name]"
  [[ -v process_back_off_ms[$name] ]] || process_names+=("$name") process_back_off_ms[$name]=$back_off_ms_min
}

# Over what stood there, in as much room: so the note succeeds when the disk is full.
note_id() {
  printf '%-10d\n' "$2" 1<>"$ORDO_VAR/pids/$1.pid" || say "The id of $1, $2, could not be written to $ORDO_VAR/pids"
}

stop_signal_of() {
  # To postgres TERM means: wait until the clients have gone.
  if [[ $1 == postgres ]]; then printf INT; else printf TERM; fi
}

working_folder_of() {
  # The user postgres need not be able to reach $ORDO_VAR.
  if [[ $1 == postgres ]]; then printf '%s' "$postgres_folder"; else printf '%s' "$ORDO_VAR"; fi
}

is_running() {
  [[ -n ${process_id[$1]:-} ]] && is_alive "${process_id[$1]}"
}

# A new log for a new stack; the one before is kept once.
begin_logs() {
  local log
  for log in "$ORDO_VAR"/logs/*.log; do
    [[ ! -s $log ]] || mv -f "$log" "$log.before"
  done
}

# supervise [ID]: restarts what dies, for ever or until the process ID has ended.
supervise() {
  local name
  while [[ -z ${1:-} ]] || is_alive "$1"; do
    for name in "${process_names[@]}"; do
      look_after "$name"
    done
    pause 0.2
  done
} 2>>"$ORDO_VAR/logs/run.log" # where the shell itself remarks on each death

look_after() {
  local name=$1 now
  now_ms now
  if [[ -z ${process_id[$name]} ]]; then
    ((now < process_due_ms[$name])) || { [[ $name == nats* ]] && postpone_nats "$name" "$now"; } || launch "$name"
  elif is_running "$name"; then
    ((now - process_started_ms[$name] < back_off_reset_after_ms)) || process_back_off_ms[$name]=$back_off_ms_min
    [[ $name != nats* ]] || restart_nats_without_a_store "$name" "$now"
  else
    note_end "$name" "$now"
  fi
}

note_end() {
  local name=$1 now=$2 status=0 delay
  wait "${process_id[$name]}" || status=$?
  kill_session "${process_id[$name]}"
  process_id[$name]=
  rm -f "$ORDO_VAR/ready/$name"
  delay=${process_back_off_ms[$name]}
  process_due_ms[$name]=$((now + delay))
  process_back_off_ms[$name]=$((delay * 2 < back_off_ms_max ? delay * 2 : back_off_ms_max))
  say "$(date +%T) $name ended with status $status; starting it again in $delay ms (log: $ORDO_VAR/logs/$name.log)"
}

# stop_processes SECONDS NAME…: asks all, waits for all, ends by force what has not gone when time is up.
stop_processes() {
  local limit=$1 name stopping=()
  shift
  for name in "$@"; do
    [[ -n ${process_id[$name]:-} ]] || continue
    stopping+=("$name")
    kill -s "$(stop_signal_of "$name")" "${process_id[$name]}" 2>/dev/null || true
  done
  wait_until "$limit" none_is_running "${stopping[@]}" || true
  for name in "${stopping[@]}"; do
    if is_running "$name"; then
      say "$name did not stop in $limit s; ending it by force"
      kill -s KILL "${process_id[$name]}" 2>/dev/null || true
    fi
    wait "${process_id[$name]}" 2>/dev/null || true
    kill_session "${process_id[$name]}"
    process_id[$name]=
    rm -f "$ORDO_VAR/pids/$name.pid" "$ORDO_VAR/ready/$name"
  done
}

# What a signal left between its start and the line that remembers its id.
stop_nameless() {
  local id
  for id in $(jobs -pr); do
    [[ " ${process_id[*]} " != *" $id "* ]] || continue
    kill -s TERM "$id" 2>/dev/null || true
    wait_until 10 has_ended "$id" || true
    kill_session "$id"
  done
}

has_ended() {
  ! is_alive "$1"
}

none_is_running() {
  local name
  for name in "$@"; do
    ! is_running "$name" || return 1
  done
}

# The ids of the living processes of a session; sid is the fourth field after the name in parentheses.
session_members() {
  local file line fields
  for file in /proc/[0-9]*/stat; do
    { read -r line <"$file"; } 2>/dev/null || continue
    read -ra fields <<<"${line##*) }"
    [[ ${fields[3]} != "$1" || ${fields[0]} == Z ]] || { file=${file#/proc/} && printf '%s\n' "${file%/stat}"; }
  done
}

# What a leader that was killed leaves behind, such as the workers of nginx, which would keep its port.
kill_session() {
  local member
  for member in $(session_members "$1"); do
    ! belongs_here "$member" || kill -s KILL "$member" 2>/dev/null || true
  done
}

belongs_here() {
  local folder
  folder=$(readlink "/proc/$1/cwd" 2>/dev/null) || return 1
  [[ $folder/ == "$ORDO_VAR"/* ]] || { [[ -L $ORDO_VAR/postgres ]] && [[ $folder/ == "$(readlink "$ORDO_VAR/postgres")"/* ]]; }
}

# Ends what an earlier stack on this folder left behind; only the holder of the lock may call it.
stop_leftovers() {
  local file id name
  for file in "$ORDO_VAR"/pids/*.pid; do
    [[ -e $file ]] || continue
    name=${file##*/} name=${name%.pid} id=
    read -r id <"$file" || true
    if [[ $id =~ ^[0-9]+$ ]] && has_leftovers "$id"; then
      say "Stopping $name, left behind by an earlier start"
      ! belongs_here "$id" || kill -s "$(stop_signal_of "$name")" "$id" 2>/dev/null || true
      wait_until 10 has_no_leftovers "$id" || true
      kill_session "$id"
    fi
    rm -f "$file"
  done
  rm -f "$ORDO_VAR"/ready/*
}

has_leftovers() {
  local member
  for member in $(session_members "$1"); do
    ! belongs_here "$member" || return 0
  done
  return 1
}

has_no_leftovers() {
  ! has_leftovers "$1"
}
