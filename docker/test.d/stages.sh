# shellcheck shell=bash
# The stages of ./test, which runs them at the root of the tree. Each says what it does, how long it took, and adds what it counted to the sums.

passed=0
failed=0
skipped=0

# Servers whose files lie in memory neither wait for a disk nor work for one. Taken where there is room; elsewhere TMPDIR stays what it is.
# The lock is held, so what stands there is of a ./test of this checkout that was killed.
take_memory_folder() {
  local folder free_mb available_mb
  folder=/dev/shm/ordo-test-$EUID-$(printf '%s' "$repository" | cksum | cut -d ' ' -f 1)
  [[ ! -O $folder ]] || rm -rf "$folder"
  free_mb=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 {print $4}')
  available_mb=$(awk '$1 == "MemAvailable:" {print int($2 / 1024)}' /proc/meminfo)
  ((${free_mb:-0} >= memory_mb_min && available_mb >= memory_mb_min)) && mkdir -m 755 "$folder" 2>/dev/null || return 0
  memory_folder=$folder
  printf '#!/bin/sh\n' >"$folder/program" && chmod 755 "$folder/program"
  # Some mount it so that no program in it may be run.
  if [[ -x $folder/program ]]; then export TMPDIR=$folder; fi
}

remove_memory_folder() {
  [[ -z ${memory_folder:-} ]] || rm -rf "$memory_folder"
}

readonly memory_mb_min=8000

stage() {
  local title=$1 began=$SECONDS
  shift
  say "== $title"
  "$@"
  say "   $((SECONDS - began)) s"
}

# visibly SIGNAL COMMAND…: runs a command with its output on the terminal and returns its status. SIGNAL ends it in order.
visibly() {
  local status=0
  work_signal=$1
  tether_with "$@" </dev/null &
  work_process=$!
  # A plain `wait` is interrupted by a signal at once, so that the traps run.
  wait "$work_process" || status=$?
  work_process=
  return "$status"
}

# add_up FILE STATUS: adds the tests of a JUnit file; a command that failed without a failed test counts as one.
add_up() {
  local counted=(0 0 0)
  [[ ! -s $1 ]] || read -ra counted < <(/usr/bin/python3 "$repository/docker/test.d/count.py" "$1")
  (($2 == 0 || counted[1] > 0)) || counted[1]=1
  passed=$((passed + counted[0]))
  failed=$((failed + counted[1]))
  skipped=$((skipped + counted[2]))
  say "   ${counted[0]} passed, ${counted[1]} failed$( ((counted[2] == 0)) || printf ', %d skipped' "${counted[2]}")"
}

# run_pytest FOLDER [OPTION…]
run_pytest() {
  local folder=$1 results=$ORDO_VAR/results/${1//\//-}.xml status=0 options=(-p no:cacheprovider -ra --tb=short)
  shift
  options+=("$@")
  [[ -d $repository/$folder ]] || return 0
  [[ -z ${ORDO_TEST_FILTER:-} ]] || options+=(-k "$ORDO_TEST_FILTER")
  rm -f "$results"
  # Told by INT, pytest still runs what its fixtures do at the end, and these stop their stacks.
  visibly INT /usr/bin/python3 -m pytest "${options[@]}" --junitxml="$results" "$folder" || status=$?
  ((status != 5)) || status=0 # 5: the filter left no test
  add_up "$results" "$status"
}

# Each line of the HTTP contract, and how the tests went that hold it.
print_contract() {
  local results=$ORDO_VAR/results/tests-end-to-end.xml table=$ORDO_VAR/results/contract.txt
  [[ -s $results ]] || return 0
  /usr/bin/python3 "$repository/docker/test.d/contract_table.py" "$repository/tests/end-to-end/contract_lines.md" "$results" >"$table"
  grep -v '^passed' "$table" | sed 's/^/   /'
}

# run_ctest PRESET [OPTION…]: more at once than there are usually processors, because most of the longest wait for something.
run_ctest() {
  local preset=$1 results=$ORDO_VAR/results/ctest-$1.xml status=0 options=(-j4 --output-on-failure --no-tests=ignore)
  shift
  [[ -z ${ORDO_TEST_FILTER:-} ]] || options+=(-R "$ORDO_TEST_FILTER")
  rm -f "$results"
  # The counts stand at the end of what a program prints, so that end is what must be kept of it.
  visibly TERM ctest --test-dir "build/$preset" "${options[@]}" "$@" \
    --output-junit "$results" --test-output-truncation head || status=$?
  add_up "$results" "$status"
}

run_fuzz() {
  begin_fuzz
  end_fuzz
}

# It needs nothing but processors, and takes what the stages beside it leave of them.
begin_fuzz() {
  local seconds=30
  [[ -z ${ORDO_TEST_LONG:-} ]] || seconds=600
  rm -f "$ORDO_VAR/results/fuzz.xml"
  tether_with TERM nice -n 19 /usr/bin/python3 "$repository/tests/fuzz/run" --only "${ORDO_TEST_FILTER:-}" --seconds "$seconds" \
    --folder "$ORDO_VAR/fuzz" --junit "$ORDO_VAR/results/fuzz.xml" >"$ORDO_VAR/logs/fuzz.log" 2>&1 </dev/null &
  fuzz_process=$!
}

end_fuzz() {
  local status=0
  wait "$fuzz_process" || status=$?
  fuzz_process=
  say "$(<"$ORDO_VAR/logs/fuzz.log")"
  add_up "$ORDO_VAR/results/fuzz.xml" "$status"
}

stop_fuzz() {
  [[ -n ${fuzz_process:-} ]] || return 0
  kill -s TERM "$fuzz_process" 2>/dev/null
  wait "$fuzz_process"
}

# Servers of their own for the tests that need some; run.env holds their addresses.
start_services() {
  local log=$ORDO_VAR/logs/services.log
  services_folder=$(mktemp -d "${TMPDIR:-/tmp}/ordo-test.XXXXXX")
  chmod 755 "$services_folder"
  tether env ORDO_VAR="$services_folder" "$repository/run" services >"$log" 2>&1 </dev/null &
  services_process=$!
  wait_until 120 services_are_up_or_gone
  [[ -f $services_folder/run.env ]] || die_with_log "$log" "the servers for the tests did not start."
}

services_are_up_or_gone() {
  [[ -f $services_folder/run.env ]] || ! is_alive "$services_process"
}

stop_services() {
  [[ -n ${services_process:-} ]] || return 0
  kill -s TERM "$services_process" 2>/dev/null || true
  wait "$services_process" || true
  services_process=
  rm -rf "${services_folder:?}"
}

run_ctest_with_services() {
  start_services
  set -a
  # shellcheck source=/dev/null
  . <(grep -v '^ORDO_VAR=' "$services_folder/run.env")
  set +a
  run_ctest "$@"
  stop_services
}
