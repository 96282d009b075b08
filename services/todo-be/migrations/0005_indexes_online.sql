-- For ?sort=order and ?parent= (ADR 56). "_online": each statement is a transaction of its own, and may have been executed before.
-- `concurrently` reads the table twice (seconds for a million rows) while everybody reads and writes. What an attempt before
-- left unfinished is an index that nobody uses: hence the drops.
drop index concurrently if exists todos_by_order;

create index concurrently todos_by_order on todos (
    (coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8)), id
);

-- With ?done= as well: the few that are asked for may be the last of a long list.
drop index concurrently if exists todos_by_done_and_order;

create index concurrently todos_by_done_and_order on todos (
    done, (coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8)), id
);

drop index concurrently if exists todos_by_parent;

create index concurrently todos_by_parent on todos (parent, id) where parent is not null;
