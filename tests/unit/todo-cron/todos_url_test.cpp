#include "domain/todos_url.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_cron;

TEST_CASE("BACKEND_URL may be written with or without slash, /api and /api/todos") {
    const auto text =
        GENERATE("http://todo-app-be-svc:2506", "http://todo-app-be-svc:2506/", "http://todo-app-be-svc:2506//",
                 "http://todo-app-be-svc:2506/api", "http://todo-app-be-svc:2506/api/",
                 "http://todo-app-be-svc:2506/api/todos", "http://todo-app-be-svc:2506/api/todos/");
    CHECK(*todos_url(text) == "http://todo-app-be-svc:2506/api/todos");
}

TEST_CASE("BACKEND_URL may have a base path and be https") {
    CHECK(*todos_url("https://example.org/project") == "https://example.org/project/api/todos");
    CHECK(*todos_url("https://example.org/project/api/") == "https://example.org/project/api/todos");
    CHECK(*todos_url("http://[::1]:8002") == "http://[::1]:8002/api/todos");
}

TEST_CASE("an invalid backend URL is rejected") {
    const std::pair<std::string, errc> table[] = {
        {"", errc::not_a_url},
        {"todo-app-be-svc", errc::not_a_url},
        {"/api", errc::not_a_url},
        {"todo-app-be-svc:2506", errc::not_http},
        {"ftp://x", errc::not_http},
        {"http:///api", errc::no_host},
        {"http://host:port", errc::not_a_url},
        {"http://user:pass@host", errc::has_user_info},
        {"http://host/?a=b", errc::has_query},
        {"http://host/#a", errc::has_query},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        CHECK(todos_url(text).error() == expected);
    }
}
