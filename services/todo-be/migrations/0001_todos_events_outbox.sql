-- The to-dos, the log of their events, and the events that NATS does not have yet.
-- A write puts one row into each of the three in one statement.

create table todos (
    id         uuid primary key,  -- version 7: sorts by creation, so that the newest are the last of the index
    title      text not null check (char_length(title) between 1 and 140),
    done       boolean not null,
    "order"    bigint check ("order" >= 0),
    due        timestamptz,
    priority   text not null check (priority in ('none', 'low', 'medium', 'high')),
    labels     text[] not null,
    version    bigint not null check (version > 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    done_at    timestamptz,
    check (done = (done_at is not null))
);

-- For ?done=, newest first.
create index todos_by_done on todos (done, id);

-- `payload` is text: the exact bytes that are published and signed; jsonb would rewrite them.
create table events (
    seq        bigint generated always as identity primary key,
    id         uuid not null,
    todo_id    uuid not null,
    type       text not null,
    payload    text not null,
    created_at timestamptz not null default now()
);

-- A table of its own and not a flag on events: a flag rewrites each event and bloats the log.
create table outbox (
    seq bigint primary key
);

-- Rows live here for milliseconds, and many of them: vacuum by count, not by share, and at full speed.
alter table outbox set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000
);
