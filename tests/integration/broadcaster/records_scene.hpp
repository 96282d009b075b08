// A source of letters: two endpoints, where a permanently rejects everything and b accepts everything.
#pragma once

#include <boost/json/parse.hpp>
#include <functional>
#include <optional>

#include "suite.hpp"
#include "support/catch.hpp"

namespace tidings::support {

struct scene : world {
    std::vector<std::string> of_a{"retry_schedule: [50ms]", "failure_threshold: 1000"};
    std::optional<broadcaster_process> b;

    // `before` the broadcaster starts. `more` lines of YAML for endpoint a.
    explicit scene(const std::function<void(bus_client&)>& before = {}, const std::vector<std::string>& more = {}) {
        if (before) before(bus);
        r.behave("/a", R"("mode":"fail","status":422)");
        of_a.insert(of_a.end(), more.begin(), more.end());
        b.emplace(nats.url(), endpoints());
        b->wait_for_endpoints(2);
    }

    std::vector<std::string> endpoints() const { return {endpoint_yaml(r, "a", of_a), endpoint_yaml(r, "b")}; }

    // By the broadcaster, or concurrently by another replica.
    bool buried(double n, const broadcaster_process* other = nullptr) const {
        const std::string series = R"(broadcaster_dead_letters_total{endpoint="a"})";
        return eventually([&] { return b->metric(series) + (other ? other->metric(series) : 0) == n; });
    }
    boost::json::object get(const std::string& path) const {
        const auto answer = http_call("GET", b->url("/api/webhooks/" + path));
        REQUIRE(answer.status == 200);
        return boost::json::parse(answer.body).as_object();
    }
    boost::json::object letter(std::size_t n) const { return get("dead-letters").at("items").at(n).as_object(); }
    http_answer replay(int sequence) const { return replay(sequence, *b); }
    static http_answer replay(int sequence, const broadcaster_process& at) {
        return http_call("POST", at.url("/api/webhooks/dead-letters/" + std::to_string(sequence) + "/replay"));
    }
    bool logs(const std::string& words) const {
        return eventually([&] { return b->log().find(words) != std::string::npos; });
    }
};

}  // namespace tidings::support
