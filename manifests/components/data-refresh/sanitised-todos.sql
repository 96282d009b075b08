-- What of a to-do may leave production: everything but its title, labels and notes. A title keeps its length, for the page's sake.
-- Columns that came with ADR 56 get their defaults: source and target may be of different versions.
copy (
    select id,
           rpad('To-do ' || left(md5(id::text), 8), char_length(title), ' .') as title,
           done, "order", due, priority,
           '{}'::text[] as labels,
           version, created_at, updated_at, done_at
    from todos
) to stdout
