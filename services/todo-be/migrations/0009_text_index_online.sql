-- For ?q= (ADR 68). 0005 says what "_online" is, and why the index is dropped first.
--
-- 'simple' knows no language: words are lower-cased and nothing else, so that the index serves all of them. What is new waits
-- in a list of at most 256 kB, which each search reads to its end, and is sorted in together.
drop index concurrently if exists todos_by_text;

create index concurrently todos_by_text on todos using gin (to_tsvector('simple', title || ' ' || notes))
    with (gin_pending_list_limit = 256);

-- Those whose place 0008 takes, last: until then a replica of before lists by them.
drop index concurrently if exists todos_by_order;
drop index concurrently if exists todos_by_done_and_order;
drop index concurrently if exists todos_by_done;
