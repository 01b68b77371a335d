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
  prune_postgres_folders
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
  rm -f "$ORDO_VAR/postgres"
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

# Folders whose var/ has gone, or has another one by now.
prune_postgres_folders() {
  local folder owner
  ((EUID == 0)) || return 0
  for folder in /var/lib/ordo/postgres.*; do
    [[ -f $folder/of ]] || continue
    owner=$(<"$folder/of")
    [[ $(readlink "$owner/postgres") == "$folder" ]] || rm -rf "$folder"
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

as_superuser() {
  PGPASSWORD=$(secret postgres-superuser) psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${port[postgres]}" -U postgres -d postgres
}

# The role is no superuser; it may make databases, because the tests make some of their own.
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
  } | as_superuser >"$log" 2>&1 || die_with_log "$log" "the database could not be made."
}
