-- For the filters and orders of the list (ADR 60). 0005 says what "_online" is, and why each index is dropped first.
--
-- Partial where they can be: a to-do without due date, priority and labels, as most are when they are made, is in one of them.
--
-- Who works through a list leaves what is done at its beginning: hence one of those that are not.
drop index concurrently if exists todos_by_due;

create index concurrently todos_by_due on todos (due, id) where due is not null;

drop index concurrently if exists todos_open_by_due;

create index concurrently todos_open_by_due on todos (due, id) where due is not null and not done;

drop index concurrently if exists todos_by_update;

create index concurrently todos_by_update on todos (updated_at, id);

drop index concurrently if exists todos_by_done_at;

create index concurrently todos_by_done_at on todos (done_at, id) where done_at is not null;

drop index concurrently if exists todos_by_priority;

create index concurrently todos_by_priority on todos (priority, id) where priority <> 'none';

-- Only of those that have labels. Without the list of what is not yet sorted in, which every search would read.
drop index concurrently if exists todos_by_label;

create index concurrently todos_by_label on todos using gin (labels) with (fastupdate = off) where labels <> '{}';
