// Users and one token, without a database.
#pragma once

#include "domain/todo_store.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be_test {

using namespace todo_be;
using namespace std::chrono_literals;

// Users by their subject, and one token.
struct accounts final : account_store {
    std::string token = new_token_text();
    request_access access{.user = 7, .scopes = read_scopes("todos:read").bits(), .token = ids::uuid::v7().str()};
    bool away = false;
    std::size_t asked = 0;
    std::chrono::milliseconds takes = 0ms;  // a look into the database
    std::vector<identity::principal> met;
    std::vector<membership> members;
    std::size_t roles_asked = 0;

    runtime::task<user_id> user_of(identity::principal who) override {
        if (away) throw store_unavailable("away");
        met.push_back(std::move(who));
        co_return user_id{42};
    }
    runtime::task<std::optional<request_access>> find(token_hash given) override {
        ++asked;
        if (takes > 0ms) co_await runtime::sleep_for(takes);
        if (away) throw store_unavailable("away");
        co_return given == hash_of(token) ? std::optional(access) : std::nullopt;
    }
    runtime::task<std::vector<ids::uuid>> living(std::vector<ids::uuid> tokens) override { co_return tokens; }
    runtime::task<std::optional<list_role>> role_of(user_id user, user_id list) override {
        ++roles_asked;
        if (takes > 0ms) co_await runtime::sleep_for(takes);
        if (away) throw store_unavailable("away");
        for (const auto& m : members)
            if (m.user == user && m.list == list) co_return m.role;
        co_return std::nullopt;
    }
    runtime::task<std::vector<membership>> memberships(std::vector<membership>) override { co_return members; }
    runtime::task<result<access_token>> make(token_terms, token_hash, const request_context&) override {
        co_return errc::tokens_too_many;
    }
    runtime::task<std::vector<access_token>> tokens_of(user_id) override { co_return std::vector<access_token>(); }
    runtime::task<result<access_token>> token_of(user_id, ids::uuid) override { co_return errc::token_not_found; }
    runtime::task<result<access_token>> revoke(ids::uuid, const request_context&) override {
        co_return errc::token_not_found;
    }
};

}  // namespace tidings::todo_be_test
