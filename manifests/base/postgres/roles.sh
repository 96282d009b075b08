#!/usr/bin/env bash
# Makes the roles of the database, with the passwords of the Secret: `tidings` owns its database and is no superuser, `backup` reads and
# replicates, `metrics` reads statistics and no data, the superuser is `postgres`. The image runs this in a new database; by hand it is run again when a password has changed:
#     kubectl -n project exec statefulset/postgres -- /docker-entrypoint-initdb.d/roles.sh
# In a database from before these roles, where tidings was the superuser, that role becomes `postgres` and tidings a new one.
set -euo pipefail

export SECRETS="${SECRETS:-/run/secrets/database}" DATABASE="${POSTGRES_DB:-tidings}"

# as USER KEY [DATABASE]: SQL from standard input. KEY: of its password, in the Secret.
as() { PGPASSWORD="$(cat "$SECRETS/$2")" psql -Xq --set=ON_ERROR_STOP=1 --no-password --username="$1" --dbname="${3:-postgres}"; }

if ! as postgres SUPERUSER_PASSWORD <<<'' 2>/dev/null; then
    # No role can rename itself, and the first superuser can only be renamed.
    as tidings POSTGRES_PASSWORD <<'SQL'
\set password `cat "$SECRETS/SUPERUSER_PASSWORD"`
drop role if exists renamer;
create role renamer superuser login password :'password';
SQL
    as renamer SUPERUSER_PASSWORD <<'SQL'
\set password `cat "$SECRETS/SUPERUSER_PASSWORD"`
begin;
alter role tidings rename to postgres;
alter role postgres password :'password';
create role tidings login;
commit;
SQL
    as postgres SUPERUSER_PASSWORD <<<'drop role renamer'
fi

as postgres SUPERUSER_PASSWORD "$DATABASE" <<'SQL'
\set tidings `cat "$SECRETS/POSTGRES_PASSWORD"`
\set backup `cat "$SECRETS/BACKUP_PASSWORD"`
\set metrics `cat "$SECRETS/METRICS_PASSWORD"`
\set database `echo "$DATABASE"`
select format('create role %I login', name) from unnest('{tidings,backup,metrics}'::text[]) name
    where not exists (select from pg_roles where rolname = name) \gexec
alter role tidings nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'tidings';
alter role backup nosuperuser nocreatedb nocreaterole replication nobypassrls password :'backup';
alter role metrics nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 4 password :'metrics';
grant pg_read_all_data to backup;
grant pg_monitor to metrics;
alter database :"database" owner to tidings;
select format('alter table %I.%I owner to tidings', schemaname, tablename) from pg_tables
    where schemaname = 'public' and tableowner <> 'tidings' \gexec
select format('alter function %s owner to tidings', p.oid::regprocedure) from pg_proc p
    where pronamespace = 'public'::regnamespace and proowner <> 'tidings'::regrole \gexec
SQL
echo 'roles.sh: postgres, tidings, backup and metrics are as they should be'
