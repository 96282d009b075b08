-- Notes, due dates that are a whole day, and the time zone in which a due date was meant (ADR 56).
--
-- For a table of any size: nothing is rewritten and nothing is scanned. A column whose default is a constant is an entry
-- in the catalogue, and the check is not tried on rows that all have that default. The lock that this takes is held for
-- milliseconds, but it waits for running statements, such as a dump, and what comes after it waits for it: after half a
-- second it gives up, lets them pass, and the program tries again.
--
-- A replica of the program before goes on beside this one: what it writes has the defaults, what it changes keeps them.
set local lock_timeout = '500ms';

alter table todos
    add column notes text not null default '',
    add column due_whole_day boolean not null default false,  -- counts while `due` is the beginning of a day in UTC
    add column due_time_zone text,
    add constraint todos_notes_check check (octet_length(notes) <= 8192) not valid;
