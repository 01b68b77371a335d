#include "query-side/postgres/rights.hpp"

#include <fmt/format.h>

namespace ordo::postgres {
namespace {

// Two programs that grant at once would meet in the server's own tables, and one of them would fail.
constexpr std::string_view kLock = "select pg_advisory_xact_lock(hashtextextended('ordo rights', 0));";

constexpr std::string_view kGrant = R"sql(
do $rights$
declare
  made text;
begin
  if to_regrole('{0}') is null or to_regnamespace('{1}') is null then return; end if;
  revoke all on schema {1} from {0};
  revoke all on all tables in schema {1} from {0};
  grant usage on schema {1} to {0};
  grant select on all tables in schema {1} to {0};
  if not {2} then return; end if;
  for made in select tablename from pg_tables
    where schemaname = '{1}' and tablename not in ('schema_version', 'schema_migrations') loop
    execute format('grant insert, update, delete on %I.%I to {0}', '{1}', made);
  end loop;
end $rights$;)sql";

constexpr std::string_view kFaults = R"sql(
with theirs as (
  select format('%s.%s', $2::text, relname) as name, has_table_privilege(r.oid, c.oid, 'select') as selects,
    has_table_privilege(r.oid, c.oid, 'insert') and has_table_privilege(r.oid, c.oid, 'update')
      and has_table_privilege(r.oid, c.oid, 'delete') as writes,
    has_table_privilege(r.oid, c.oid, 'insert, update, delete') as writes_some, has_table_privilege(r.oid, c.oid, 'truncate') as empties,
    $3::boolean and relkind = 'r' and relname not in ('schema_version', 'schema_migrations') as should_write
  from pg_roles r, pg_class c
  where r.rolname = $1::text and c.relnamespace = to_regnamespace($2::text) and c.relkind in ('r', 'v'))
select
  concat_ws(', ', (select 'the schema ' || $2::text where to_regrole($1::text) is not null
                   and not has_schema_privilege(to_regrole($1::text), to_regnamespace($2::text), 'usage')),
    (select string_agg(name, ', ' order by name) from theirs where not selects or (should_write and not writes))),
  concat_ws(', ', (select 'the schema ' || $2::text where to_regrole($1::text) is not null
                   and has_schema_privilege(to_regrole($1::text), to_regnamespace($2::text), 'create')),
    (select string_agg(name, ', ' order by name) from theirs where empties or (writes_some and not should_write))),
  to_regrole($1::text) is not null)sql";

}  // namespace

Result<void> grant(Transaction& transaction, std::string_view schema, std::span<const UserRight> rights) {
  std::string script(kLock);
  for (const auto& [user, right] : rights) {
    script += fmt::format(kGrant, user, schema, right == Right::writes);
  }
  return transaction.run_script(script);
}

Result<std::vector<RightsFault>> rights_faults(Connection& connection, std::string_view schema, std::span<const UserRight> rights) {
  std::vector<RightsFault> faults;
  for (const auto& [user, right] : rights) {
    const auto rows = connection.execute(kFaults, user, schema, right == Right::writes);
    if (!rows) return tl::unexpected(rows.error());
    RightsFault fault{std::string(user), (*rows)[0].get<std::string>(0), (*rows)[0].get<std::string>(1)};
    const bool is_there = (*rows)[0].get<bool>(2);
    if (!is_there || !fault.lacks.empty() || !fault.exceeds.empty()) faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace ordo::postgres
