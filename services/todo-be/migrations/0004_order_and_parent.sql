-- Orders with a fraction, and subtasks (ADR 56). As cheap as 0003, which says why, for a table of any size.
--
-- "order" keeps its type, which a replica of the program before reads: it holds the whole part. A row put under another one
-- counts in that one's `adoptions`, so that who removes or moves that one notices, without a lock that outlives its statement.
set local lock_timeout = '500ms';

alter table todos
    add column order_exact double precision,  -- the order if it has a fraction; counts while "order" is its whole part
    add column parent uuid,                   -- of a subtask; no foreign key: its locks would come in another order than ours
    add column adoptions bigint not null default 0;
