#include "list_operations.hpp"

#include "support/query.hpp"

namespace tidings::test {

namespace {

constexpr const char* item = "/api/lists/{list}";
constexpr const char* member = "/api/lists/{list}/members/{user}";

raw_request with(const std::string& header, raw_request r = {}) {
    r.headers += header + "\r\n";
    return r;
}

void use_list(service& s) {
    const auto on = [](const char* method) { return std::string(method) + ' ' + item; };
    const std::string other = "If-Match: \"77\"";
    s.send(on("GET"), {}, {});
    s.send(on("GET"), {}, with("If-None-Match: *"));
    s.send(on("GET"), {}, with(other));
    s.send(on("PATCH"), {}, json(R"({"name":"work"})"));
    s.send(on("PATCH"), {}, json(R"({"name":""})"));
    s.send(on("PATCH"), {}, json("{}", "text/plain"));
    s.send(on("PATCH"), {}, with(other, json("{}")));
    s.send(on("DELETE"), {}, with(other));
    s.send(on("DELETE"), {}, with("Idempotency-Key: made"));
    s.send("GET /api/lists/{list}/members", {}, {});
}

void use_members(service& s, const std::string& me, const std::string& other) {
    const auto put = std::string("PUT ") + member, remove = std::string("DELETE ") + member;
    const auto reader = json(R"({"role":"reader"})");
    for (int i = 0; i < 2; ++i)
        s.send(put, other, reader);
    s.send(put, me, reader);
    s.send(put, other, json("{}"));
    s.send(put, other, json("{}", "text/plain"));
    s.send(remove, other, with("Idempotency-Key: made"));
    s.send(remove, other, {});
    s.send(remove, me, {});
}

}  // namespace

void use_lists(service& s, const std::string& database) {
    const auto id_of = [&](const std::string& sql) { return support::query(database, sql).at(0).at(0); };
    s.send("GET /api/me", {}, {});
    s.send("GET /api/lists", {}, {});
    s.send("POST /api/lists", {}, with("Idempotency-Key: made", json(R"({"name":"home"})")));
    s.send("POST /api/lists", {}, json("{}"));
    s.send("POST /api/lists", {}, json("{}", "text/plain"));
    use_list(s);
    use_members(s, id_of("select public_id from users where id = 1"),
                id_of("insert into users (issuer, subject, name) values ('i', 'other', '') returning public_id"));
    s.send("POST /api/lists", {}, json(R"({"name":"gone"})"));
    s.always("{list}", "2");
    s.send(std::string("DELETE ") + item, {}, {});
    s.always("{list}", "1");
    id_of(
        "insert into lists (id, name, made_by, version, created_at, updated_at) select nextval('list_numbers'), 'x', "
        "1, "
        "1, now(), now() from generate_series(1, 100) returning 1");
    s.send("POST /api/lists", {}, json(R"({"name":"one more"})"));
}

}  // namespace tidings::test
