-- Users, and whose each to-do and each event is (ADR 88). As cheap as 0003, which says why, for a table of any size: what is there
-- belongs to the first user, and so does what a replica of the program before writes.
--
-- No foreign keys: they would be checked for every to-do, and users are not deleted.
set local lock_timeout = '500ms';

create table users (
    id         integer generated always as identity primary key,
    issuer     text not null check (octet_length(issuer) <= 2048),   -- who vouches for the subject: `iss` of OpenID Connect
    subject    text not null check (octet_length(subject) <= 255),   -- `sub`
    name       text not null check (octet_length(name) <= 1024),     -- as the issuer told it last
    created_at timestamptz not null default now(),
    unique (issuer, subject)
);

insert into users (issuer, subject, name) values ('', 'default', '');

alter table todos add column owner integer not null default 1;
alter table deleted_todos add column owner integer not null default 1;
alter table events add column owner integer not null default 1;
