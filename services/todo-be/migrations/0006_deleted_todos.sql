-- What was deleted, for as long as it can be restored (ADR 56). A table of its own: no list, filter, index or replica of the
-- program before has to know that a row is not there. Whoever adds a column to `todos` adds it here too.
set local lock_timeout = '500ms';

create table deleted_todos (
    like todos,
    deleted_at timestamptz not null default now(),  -- subtasks that went with their to-do have the same
    primary key (id)
);

create index deleted_todos_by_age on deleted_todos (deleted_at);
create index deleted_todos_by_parent on deleted_todos (parent) where parent is not null;
