# shellcheck shell=bash
# Building with the presets of CMakePresets.json into build/<preset>.

# build PRESET [TARGET…]: all of its targets when none is named.
build() {
  local preset=$1 folder=$repository/build/$1 log=$ORDO_VAR/logs/build-$1.log began=$SECONDS building
  shift
  mkdir -p "$folder" || die "cannot write to $repository/build." "Let the user $(id -un) own this checkout, or clone it elsewhere."
  # One build of a folder at a time: several stacks may start at once from one checkout.
  exec {building}>"$folder/lock"
  flock -n "$building" || { say "    waiting for another build of $preset" && wait_until 3600 flock -n "$building"; } || die "another build of $folder does not end."
  : >"$log"
  say "Building $preset (log: $log)"
  configure "$preset" "$folder" "$log"
  work "building $preset" "$log" run_ninja "$folder" "$@" || explain_failed_build "$log"
  say "    $preset is built, $((SECONDS - began)) s"
  exec {building}>&-
}

configure() {
  local preset=$1 folder=$2 log=$3
  [[ ! -f $folder/build.ninja || $repository/CMakePresets.json -nt $folder/build.ninja ]] || return 0
  require_free_space "$folder" 2000 "to build"
  work "configuring $preset" "$log" configure_in_repository --preset "$preset" || explain_failed_build "$log"
}

configure_in_repository() {
  cd "$repository" && tether cmake "$@"
}

run_ninja() {
  local folder=$1
  shift
  export NINJA_STATUS='[%f/%t] '
  tether ninja -C "$folder" -j "$(build_jobs)" "$@"
}

# As many as there are processors, but no more than fit into the memory that is free, at 1.5 GB each.
build_jobs() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '$1 == "MemAvailable:" {print int($2 / 1500000)}' /proc/meminfo)
  printf '%d' $((memory < 1 ? 1 : memory < processors ? memory : processors))
}

explain_failed_build() {
  warn "$(grep -aE '^FAILED|error:|CMake Error' "$1" | head -n 20)"
  die_with_log "$1" "the build failed." "The whole log: $1"
}
