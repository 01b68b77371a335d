# shellcheck shell=bash
# What the user is told, and waiting with a limit. Sourced by ./run and ./test.

# A line about what is going on. It never fails: whoever reads it may have gone away.
say() {
  printf '%s\n' "$*" 2>/dev/null || true
}

warn() {
  printf '%s\n' "$*" >&2 2>/dev/null || true
}

# die MESSAGE…: one line each on stderr, then the end; what was started is stopped by the EXIT trap.
die() {
  printf 'ordo: %s\n' "$1" >&2 2>/dev/null || true
  shift
  (($# == 0)) || printf '      %s\n' "$@" >&2 2>/dev/null || true
  exit 1
}

# die_with_log FILE MESSAGE…: the same, with the end of a log before it.
die_with_log() {
  local file=$1
  shift
  warn "--- the last lines of $file"
  tail -n 25 "$file" >&2 2>/dev/null || true
  warn "---"
  if grep -qs 'No space left on device' "$file"; then
    die "$@" "The disk is full: make room on the one that holds $ORDO_VAR and $repository, then start again."
  fi
  die "$@"
}

# Sleeps SECONDS without a process of its own, so that nothing is left behind and traps run at once.
pause() {
  pausing=1
  read -r -t "$1" -u "$pause_descriptor" || true
  pausing=
  [[ -z ${leaving:-} ]] || { set -- "$leaving" && leaving= && exit "$1"; }
}

# leave STATUS: how a trap ends the script. Bash 5.2 now and then dies of a segmentation fault, and stops nothing, when a trap ends it in
# the middle of `read`: there it goes on to the end of the pause.
leave() {
  if [[ -n ${pausing:-} ]]; then leaving=$1; else exit "$1"; fi
}

# The descriptors that no child may inherit: one that never has anything to read, and the lock of the stack.
open_descriptors() {
  local pipe
  pipe=$(mktemp -u "${TMPDIR:-/tmp}/ordo-pause.XXXXXX")
  mkfifo -m 600 "$pipe"
  exec {pause_descriptor}<>"$pipe"
  rm -f "$pipe"
  exec {lock_descriptor}</dev/null
}

# wait_until SECONDS CONDITION…: true as soon as the command holds, false when time is up.
wait_until() {
  local limit=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < limit)) || return 1
    pause 0.1
  done
}

# is_alive ID: not yet ended. One that has ended and was not waited for still has an entry, which `kill -0` takes for life.
is_alive() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null && [[ ${line##*) } != Z* ]]
}

on_a_terminal() {
  [[ -t 1 ]]
}

# show_progress TEXT: a line that replaces itself on a terminal, and elsewhere one every five seconds.
show_progress() {
  if on_a_terminal; then
    printf '\r\033[K    %s' "$1" 2>/dev/null || true
  elif ((SECONDS >= progress_next)); then
    say "    $1"
    progress_next=$((SECONDS + 5))
  fi
}

end_progress() {
  if on_a_terminal; then printf '\r\033[K' 2>/dev/null || true; fi
}

# last_counter FILE: the last [n/m] that a build wrote.
last_counter() {
  tail -c 4000 "$1" 2>/dev/null | grep -aoE '\[ *[0-9]+/[0-9]+\]' | tail -n 1 || true
}

# work LABEL LOG COMMAND…: runs a long command with its output in LOG, shows that it is alive, and returns its status.
# While it runs, work_process is its id, so that a signal can end it.
work() {
  local label=$1 log=$2 began=$SECONDS status=0
  shift 2
  printf '\n== %s: %s\n' "$(date -u +%FT%TZ)" "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null &
  work_process=$!
  on_a_terminal || progress_next=$((SECONDS + 5))
  while is_alive "$work_process"; do
    show_progress "$label $(last_counter "$log") $((SECONDS - began)) s"
    pause 0.25
  done
  wait "$work_process" || status=$?
  work_process=
  end_progress
  return "$status"
}

# tether COMMAND…: becomes the command; to be started in the background. The command leads a session of its own (so that
# Ctrl-C reaches only this script, which then stops everything in order) and is told to end when this script dies.
tether() {
  tether_with TERM "$@"
}

# tether_with SIGNAL COMMAND…: the same with another signal than TERM.
tether_with() {
  local signal=$1
  shift
  # Background jobs of a script ignore SIGINT; a program decides that for itself.
  exec setsid env --default-signal=INT,QUIT,PIPE setpriv --pdeathsig "$signal" "$@" \
    {lock_descriptor}>&- {pause_descriptor}>&-
}
