-- How a to-do comes again (ADR 94). As in 0003: nothing is rewritten and nothing is scanned.
--
-- A replica of the program before does not know it: what it changes keeps it, and a to-do that it completes keeps its rule,
-- until a change by this one makes the next.
set local lock_timeout = '500ms';

alter table todos add column recurrence text;
alter table deleted_todos add column recurrence text;
