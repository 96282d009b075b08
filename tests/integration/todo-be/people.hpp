// Users of a todo-be with IDENTITY=on, with the tokens that they have.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "backend.hpp"
#include "domain/token_text.hpp"
#include "support/query.hpp"

namespace tidings::todo_be_test {

inline constexpr const char* operator_token = "operator-token-0123456789";

inline backend_options with_users(std::map<std::string, std::string> more = {}) {
    more.insert({{"IDENTITY", "on"}, {"API_TOKEN", operator_token}});
    return {.environment = std::move(more)};
}

inline headers bearer(const std::string& token, headers more = {}) {
    more.emplace_back("Authorization", "Bearer " + token);
    return more;
}

struct person {
    const servers& world;
    std::string user;   // number
    std::string token;  // with every right but the calendar

    person(const servers& w, const std::string& name)
        : world(w),
          user(support::query(world.postgres.url(),
                              "insert into users (issuer, subject, name) values ('https://id.example', '" + name +
                                  "', '" + name + "') returning id")
                   .at(0)
                   .at(0)),
          token(new_token("todos:read todos:write tokens lists")) {}

    // By which others name the user.
    std::string public_id() const {
        return support::query(world.postgres.url(), "select public_id from users where id = " + user).at(0).at(0);
    }
    // A list with its members, by their roles; its path.
    std::string share(const backend& be, const std::vector<std::pair<const person*, std::string>>& with = {}) const {
        const auto made = call(be, "POST", "/api/lists", R"({"name":"home"})");
        const auto path = made.header("location");
        for (const auto& [whom, role] : with)
            call(be, "PUT", path + "/members/" + whom->public_id(), R"({"role":")" + role + "\"}");
        return path;
    }
    // As if it had been made by the API, but with an end that may be over.
    std::string new_token(const std::string& scopes, const std::string& end = "now() + interval '1 hour'") const {
        const auto text = todo_be::new_token_text();
        std::string hash;
        for (const auto byte : todo_be::hash_of(text)) {
            constexpr const char* digits = "0123456789abcdef";
            (hash += digits[byte >> 4U]) += digits[byte & 15U];
        }
        support::query(world.postgres.url(),
                       "insert into access_tokens (id, owner, name, hash, scopes, expires_at) values "
                       "(gen_random_uuid(), " +
                           user + ", 'test', decode('" + hash + "', 'hex'), '" + scopes + "', " + end +
                           ") returning 1");
        return text;
    }
    support::http_answer call(const backend& be, const std::string& method, const std::string& path,
                              const std::string& body = {}, headers more = {}) const {
        return be.call(method, path, body, bearer(token, std::move(more)));
    }
    std::string create(const backend& be, const std::string& members) const {
        return id_of(call(be, "POST", "/api/todos", "{" + members + "}"));
    }
};

}  // namespace tidings::todo_be_test
