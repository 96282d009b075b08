-- A new to-do is in three indexes instead of five (ADR 67). 0005 says what "_online" is, and why each index is dropped first.
--
-- The two of those that are not done and of those that are done take the place of todos_by_order and todos_by_done_and_order:
-- a list of both merges them. In the first, those without an order (which is 'infinity', as most are) are sorted by their id:
-- with the few that have one they are all that is not done, newest first, for which there was todos_by_done.
drop index concurrently if exists todos_open_by_order;

create index concurrently todos_open_by_order on todos (
    (coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8)), id
) where not done;

drop index concurrently if exists todos_done_by_order;

create index concurrently todos_done_by_order on todos (
    (coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8)), id
) where done;

drop index concurrently if exists todos_open_with_order;

create index concurrently todos_open_with_order on todos (id)
    where not done and coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8) < 'infinity'::float8;

drop index concurrently if exists todos_done;

create index concurrently todos_done on todos (id) where done;
