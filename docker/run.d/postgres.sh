# shellcheck shell=bash
# A Postgres cluster of our own: on loopback, with a generated password, and no socket in the file system.

# secret NAME: a password, made at the first call and kept in $ORDO_VAR/secrets.
secret() {
  local file=$ORDO_VAR/secrets/$1
  [[ -s $file ]] || (umask 077 && openssl rand -hex 16 >"$file.new" && mv "$file.new" "$file") || die "cannot write $file."
  cat "$file"
}

# initdb and postgres refuse to be root; Debian's package has made a user for them.
as_postgres() {
  local drop=()
  ((EUID != 0)) || drop=(setpriv --reuid=postgres --regid=postgres --init-groups)
  "${drop[@]}" "$@"
}

prepare_postgres() {
  claim_postgres_folder
  tell_of_postgres_folders /var/lib/ordo
  [[ -e $ORDO_VAR/postgres ]] || place_postgres_folder
  postgres_folder=$(readlink -f "$ORDO_VAR/postgres")
  [[ -f $postgres_folder/data/PG_VERSION ]] || initialize_postgres
  install -m 644 "$repository/docker/postgres.conf" "$postgres_folder/data/ordo.conf"
}

# Under another name until it is whole, so that an interrupted one does not pass for a cluster.
initialize_postgres() {
  local log=$ORDO_VAR/logs/initdb.log password=$postgres_folder/password
  rm -rf "${postgres_folder:?}/data.new"
  secret postgres-superuser >/dev/null
  install -m 600 -o "$(stat -c %U "$postgres_folder")" "$ORDO_VAR/secrets/postgres-superuser" "$password"
  (cd "$postgres_folder" && as_postgres "$postgres_programs/initdb" -D data.new -U postgres -E UTF8 --locale=C.UTF-8 \
    --data-checksums --auth=scram-sha-256 --pwfile="$password") >"$log" 2>&1 || die_with_log "$log" "initdb failed."
  rm -f "$password"
  mv -T "$postgres_folder/data.new" "$postgres_folder/data"
}

# In $ORDO_VAR, unless root starts the stack and the user postgres cannot get there, as below root's home.
place_postgres_folder() {
  mkdir "$ORDO_VAR/postgres"
  ((EUID == 0)) || return 0
  chown postgres:postgres "$ORDO_VAR/postgres"
  chmod 700 "$ORDO_VAR/postgres"
  ! as_postgres test -w "$ORDO_VAR/postgres" || return 0
  rmdir "$ORDO_VAR/postgres"
  local folder
  mkdir -p /var/lib/ordo
  folder=$(mktemp -d /var/lib/ordo/postgres.XXXXXX)
  chown postgres:postgres "$folder"
  ln -s "$folder" "$ORDO_VAR/postgres"
  printf '%s\n' "$ORDO_VAR" >"$folder/of"
  say "    The user postgres cannot reach $ORDO_VAR; Postgres keeps its data in $folder"
}

# The folder outside knows whose it is, also after a move. Of a copy nobody can say whose it is: users and their passwords are
# in there, and the log of one var/ would go on with those of the other.
claim_postgres_folder() {
  local folder owner=
  [[ -L $ORDO_VAR/postgres ]] || return 0
  folder=$(readlink "$ORDO_VAR/postgres")
  [[ -d $folder ]] || die "$ORDO_VAR/postgres leads to $folder, where nothing is." \
    "Bring the folder back, or begin anew: delete $ORDO_VAR"
  [[ ! -f $folder/of ]] || owner=$(<"$folder/of")
  if [[ -n $owner && ! $owner -ef $ORDO_VAR && $(readlink "$owner/postgres" 2>/dev/null) == "$folder" ]]; then
    die "$ORDO_VAR is a copy of $owner: both keep their users in $folder." "Delete one of the two."
  fi
  [[ $owner == "$ORDO_VAR" ]] || printf '%s\n' "$ORDO_VAR" >"$folder/of"
}

# tell_of_postgres_folders PARENT: those outside whose var/ is not where it was: deleted, or only moved or unmounted, which
# cannot be told apart here. So they stay, and each is named once.
tell_of_postgres_folders() {
  local folder owner told=$ORDO_VAR/postgres-folders-told
  for folder in "$1"/postgres.*; do
    [[ -f $folder/of ]] || continue
    owner=$(<"$folder/of")
    [[ $(readlink "$owner/postgres" 2>/dev/null) != "$folder" ]] || continue
    ! grep -qsxF "$folder" "$told" || continue
    printf '%s\n' "$folder" >>"$told"
    say "    $folder held the tables of $owner, which is not there; if it has gone for good: rm -r $folder"
  done
}

start_postgres() {
  local drop=()
  ((EUID != 0)) || drop=(--reuid=postgres --regid=postgres --init-groups)
  start_process postgres "${drop[@]}" -- "$postgres_programs/postgres" -D "$postgres_folder/data" \
    -c config_file="$postgres_folder/data/ordo.conf" -c port="${port[postgres]}"
}

postgres_is_ready() {
  "$postgres_programs/pg_isready" -q -h 127.0.0.1 -p "${port[postgres]}" -U postgres
}

# as_superuser DATABASE <SQL: passwords go by the environment, which nobody else can read.
as_superuser() {
  PGPASSWORD=$(secret postgres-superuser) ORDO_POSTGRES_GATEWAY_PASSWORD=$(secret postgres-gateway) \
    ORDO_POSTGRES_IDENTITY_PASSWORD=$(secret postgres-identity) ORDO_POSTGRES_PROJECTIONS_PASSWORD=$(secret postgres-projections) \
    psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${port[postgres]}" -U postgres -d "$1"
}

# The owner, ordo, is no superuser; it may make databases, because the tests make some of their own. The roles' users own nothing.
create_database() {
  local log=$ORDO_VAR/logs/create-database.log
  {
    printf "\\set password '%s'\n" "$(secret postgres)"
    cat <<'SQL'
select not exists (select from pg_roles where rolname = 'ordo') as missing \gset
\if :missing
create role ordo login createdb password :'password';
\endif
select not exists (select from pg_database where datname = 'ordo') as missing \gset
\if :missing
create database ordo owner ordo;
\endif
SQL
  } | as_superuser postgres >"$log" 2>&1 || die_with_log "$log" "the database could not be made."
  as_superuser ordo <"$repository/docker/postgres_roles.sql" >>"$log" 2>&1 || die_with_log "$log" "the users of the database could not be made."
}
