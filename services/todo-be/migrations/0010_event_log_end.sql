-- Up to which event the log has been shortened (ADR 76): who asks for what follows an earlier one is told to begin anew.
--
-- A stuck event at the front of the log is kept while those behind it are deleted, so that the first row says nothing: what was
-- deleted before this lies before the first row that is not in the outbox.
set local lock_timeout = '500ms';

create table event_log (
    one          boolean primary key default true check (one),
    pruned_up_to bigint not null
);

insert into event_log (pruned_up_to)
select coalesce((select e.seq - 1 from events e where not exists (select from outbox o where o.seq = e.seq) order by e.seq limit 1),
                pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass), 0);
