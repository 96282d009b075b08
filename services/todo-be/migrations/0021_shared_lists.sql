-- Lists that several users share (ADR 98). A list is an owner of to-dos as a user is: its number is in `owner`, and every index of
-- 0012 is its own as well. Numbers of users end where those of lists begin.
--
-- Nobody can ask for lists before every replica is of this version: one of before answers 404 to their paths.
set local lock_timeout = '500ms';

alter table users alter column id set maxvalue 1073741824;
-- By which users name each other; nobody can guess it.
alter table users add column public_id uuid not null unique default gen_random_uuid();

create sequence list_numbers as integer minvalue 1073741825;

create table lists (
    id         integer primary key,
    name       text not null check (char_length(name) between 1 and 100),
    made_by    integer not null references users (id),
    version    bigint not null check (version > 0),  -- another one after each act, those on members included
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz                           -- nobody is a member any more; rows and to-dos go 30 days later
);

create index lists_by_maker on lists (made_by);
create index lists_by_end on lists (deleted_at) where deleted_at is not null;

create table list_members (
    list     integer not null references lists (id) on delete cascade,
    member   integer not null references users (id),
    role     text not null check (role in ('reader', 'editor', 'admin')),
    added_at timestamptz not null default now(),
    primary key (list, member)
);

create index list_members_by_member on list_members (member);
