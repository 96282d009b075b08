-- The first answer to each Idempotency-Key, to be given again.
create table idempotency_keys (
    key         text primary key,
    fingerprint bytea not null,  -- SHA-256 of the request's fields in canonical form
    todo_id     uuid not null,
    answer      text not null,
    created_at  timestamptz not null default now()
);

create index idempotency_keys_by_age on idempotency_keys (created_at);
