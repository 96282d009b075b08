-- The indexes of the list, each for one owner at a time (ADR 88). 0005 says what "_online" is, and why each index is dropped first.
--
-- They take the place of those without the owner, which go last: a new to-do is in as many indexes as before. A list of everything,
-- newest first, has none of its own: it merges what is open with an order, open without one, and done.
drop index concurrently if exists owned_open_by_order;

create index concurrently owned_open_by_order on todos (
    owner, (coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8)), id
) where not done;

drop index concurrently if exists owned_done_by_order;

create index concurrently owned_done_by_order on todos (
    owner, (coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8)), id
) where done;

drop index concurrently if exists owned_open_with_order;

create index concurrently owned_open_with_order on todos (owner, id)
    where not done and coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8) < 'infinity'::float8;

drop index concurrently if exists owned_done;

create index concurrently owned_done on todos (owner, id) where done;

drop index concurrently if exists owned_by_due;

create index concurrently owned_by_due on todos (owner, due, id) where due is not null;

drop index concurrently if exists owned_open_by_due;

create index concurrently owned_open_by_due on todos (owner, due, id) where due is not null and not done;

drop index concurrently if exists owned_by_update;

create index concurrently owned_by_update on todos (owner, updated_at, id);

drop index concurrently if exists owned_by_done_at;

create index concurrently owned_by_done_at on todos (owner, done_at, id) where done_at is not null;

drop index concurrently if exists owned_by_priority;

create index concurrently owned_by_priority on todos (owner, priority, id) where priority <> 'none';

-- Of the change feed of one of several users. While there is only the first, the log itself is his: no event is in it.
drop index concurrently if exists events_by_owner;

create index concurrently events_by_owner on events (owner, seq) where owner <> 1;

drop index concurrently if exists todos_open_by_order;
drop index concurrently if exists todos_done_by_order;
drop index concurrently if exists todos_open_with_order;
drop index concurrently if exists todos_done;
drop index concurrently if exists todos_by_due;
drop index concurrently if exists todos_open_by_due;
drop index concurrently if exists todos_by_update;
drop index concurrently if exists todos_by_done_at;
drop index concurrently if exists todos_by_priority;
