// Requests to the API of endpoints, and what they answer.
#pragma once

#include <boost/json.hpp>

#include "suite.hpp"
#include "support/catch.hpp"

namespace tidings::support {

constexpr const char* endpoints_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
inline const std::string collection = "/api/webhooks/endpoints";
using header_list = std::vector<std::pair<std::string, std::string>>;

struct call_result {
    int status = 0;
    boost::json::object body;
    std::string etag, location, text;
};

inline call_result call(const broadcaster_process& b, const std::string& method, const std::string& path,
                        const std::string& body = {}, header_list headers = {}) {
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    const auto r = http_call(method, b.url(path), body, headers);
    call_result out{r.status, {}, std::string(r.header("etag")), std::string(r.header("location")), r.body};
    if (!r.body.empty()) out.body = boost::json::parse(r.body).as_object();
    return out;
}

inline std::string document(const receiver& r, const std::string& name, const std::string& more = {}) {
    return R"({"name": ")" + name + R"(", "url": ")" + r.url("/" + name) + R"(", "secrets": [")" + receiver::secret +
           "\"]" + more + "}";
}

inline std::string state_of(const broadcaster_process& b, const std::string& name) {
    const auto r = call(b, "GET", collection + "/" + name);
    return r.status == 200 ? std::string(r.body.at("state").as_string()) : std::to_string(r.status);
}

// By one of them; the other knows that it is.
inline bool served(const broadcaster_process& one, const broadcaster_process& two, const std::string& name) {
    const auto a = state_of(one, name), b = state_of(two, name);
    return (a == "healthy" && b == "elsewhere") || (a == "elsewhere" && b == "healthy");
}

template <class Condition>
bool soon(Condition c) {
    return eventually(c, std::chrono::seconds(1));
}

// Ready says nothing about NATS; until the bucket is read, changes get 503.
inline bool follows(const broadcaster_process& b) {
    return b.ready() &&
           http_call("GET", b.url("/readyz?verbose")).body.find("bucket not read yet") == std::string::npos;
}

inline void make_orders(bus_client& bus, const std::string& retention = "limits") {
    bus.api("STREAM.CREATE.ORDERS",
            R"({"name": "ORDERS", "subjects": ["orders.>"], "storage": "file", "retention": ")" + retention + "\"}");
}

inline void order(bus_client& bus, const std::string& subject, int from, int to) {
    for (int n = from; n <= to; ++n)
        bus.publish_raw(subject, "order " + std::to_string(n), {{"Nats-Msg-Id", "o-" + std::to_string(n)}});
}

inline std::string source(const std::string& json) { return R"(, "source": )" + json; }

inline const std::map<std::string, std::string> with_key{{"ENDPOINTS_KEY", endpoints_key}};

}  // namespace tidings::support
