-- The users of the database that roles of Ordo connect as; the owner is ordo. What they may do with tables, `ordo setup` grants. To be run by a
-- superuser in the database, as often as one likes: psql -X -v ON_ERROR_STOP=1 -f postgres_roles.sql. Passwords come by the environment.

\getenv gateway_password ORDO_POSTGRES_GATEWAY_PASSWORD
\getenv identity_password ORDO_POSTGRES_IDENTITY_PASSWORD
\getenv projections_password ORDO_POSTGRES_PROJECTIONS_PASSWORD

select 'create role ' || wanted from unnest('{ordo_gateway,ordo_identity,ordo_projections}'::text[]) as wanted
where to_regrole(wanted) is null \gexec

alter role ordo_gateway with login nosuperuser nocreatedb nocreaterole password :'gateway_password';
alter role ordo_identity with login nosuperuser nocreatedb nocreaterole password :'identity_password';
alter role ordo_projections with login nosuperuser nocreatedb nocreaterole password :'projections_password';

-- Otherwise everybody could connect, and make temporary tables.
select current_database() as database \gset
revoke all on database :"database" from public;
grant connect on database :"database" to ordo_gateway, ordo_identity, ordo_projections;
