-- Personal access tokens (ADR 89). The token itself is nowhere: its SHA-256 is.
create table access_tokens (
    id           uuid primary key,
    owner        integer not null references users (id),
    name         text not null check (char_length(name) between 1 and 100),
    hash         bytea not null unique check (octet_length(hash) = 32),
    scopes       text not null,  -- with spaces between them, as in OAuth
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null,
    last_used_at timestamptz     -- to about ten minutes: not a write for each request
);

create index access_tokens_by_owner on access_tokens (owner, id);
create index access_tokens_by_end on access_tokens (expires_at);
