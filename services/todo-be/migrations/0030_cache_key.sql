-- With what answers are sealed that a cache outside this database keeps (ADR 99). Whoever can read it can read the to-dos anyway.
-- Another one (`update cache_key set key = ...`, and a restart) makes all that is kept there useless.
create table cache_key (
    one boolean primary key default true check (one),
    key text not null check (length(key) >= 64)
);

-- Of 244 random bits.
insert into cache_key (key) values (gen_random_uuid()::text || gen_random_uuid()::text);
