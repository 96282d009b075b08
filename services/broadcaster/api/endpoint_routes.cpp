#include "api/endpoint_routes.hpp"

#include <boost/json.hpp>
#include <utility>

#include "api/endpoint_json.hpp"
#include "api/endpoint_request.hpp"
#include "api/json_object.hpp"
#include "api/page.hpp"
#include "http/message/problem.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;
using shared_api = std::shared_ptr<const webhook_api>;
using answer = runtime::task<http::response>;
using operation = answer (*)(shared_api, const http::request&);

constexpr const char* collection = "/api/webhooks/endpoints";
constexpr std::size_t body_limit = 64 * std::size_t{1024};
constexpr std::size_t most_tests = 64, most_tests_of_one = 2;  // at a time

unsigned status_of(refusal r) {
    switch (r) {
        case refusal::rules_broken:
            return 422;
        case refusal::not_found:
            return 404;
        case refusal::name_taken:
        case refusal::read_only:
        case refusal::no_store:
            return 409;
        case refusal::revision_differs:
            return 412;
        case refusal::unavailable:
            break;
    }
    return 503;
}

http::content refuse(const write_failure& f) {
    if (f.why == refusal::unavailable) return http::unavailable(f.detail, 2);
    auto answer = http::problem(status_of(f.why), f.detail);
    if (f.wrong.empty()) return answer;
    auto body = json::parse(answer.body).as_object();
    body["errors"] = violations_json(f.wrong);
    answer.body = json::serialize(body);
    return answer;
}

http::content not_here(std::string_view name) {
    return http::problem(404, "there is no endpoint '" + std::string(name.substr(0, 40)) + "'");
}

http::content bad_tags() {
    return http::problem(400, "If-Match and If-None-Match take * or entity tags in quotes, as ETag has them");
}

json::object json_of(const webhook_api& api, const registered_endpoint& e, std::vector<std::string> warnings = {}) {
    if (api.warnings && e.settings)
        for (auto& lasting : api.warnings(*e.settings))
            warnings.push_back(std::move(lasting));
    return endpoint_json(e, api.status ? api.status(e.name) : std::nullopt, warnings);
}

http::response shown(const webhook_api& api, unsigned status, const registered_endpoint& e,
                     const std::vector<std::string>& warnings = {}) {
    auto response = http::json_response(status, json::serialize(json_of(api, e, warnings)));
    if (e.revision != 0) response.headers.emplace_back("ETag", etag_of(e.revision));
    return response;
}

http::response written(const webhook_api& api, const endpoint_store::outcome& done) {
    if (!done) return refuse(done.error());
    auto response = shown(api, done->created ? 201 : 200, done->now, done->warnings);
    if (done->created)
        http::head_of(response)->headers.emplace_back("Location", std::string(collection) + "/" + done->now.name);
    return response;
}

// The source is looked at again: what the warnings say of it is true now.
answer written_now(shared_api api, endpoint_store::outcome done) {
    if (done && done->now.settings && !done->now.settings->source_subject.empty() && api->look_at_source)
        co_await api->look_at_source(done->now.settings->source_stream);
    co_return written(*api, done);
}

http::content bad_query(const std::vector<http::field_error>& wrong) {
    return http::problem(400, "the query is not one that is understood here", wrong);
}

answer list_endpoints(shared_api api, const http::request& r) {
    std::vector<http::field_error> wrong;
    const auto p = read_page(r, list::endpoints, wrong);
    if (!wrong.empty()) co_return bad_query(wrong);
    json::array items;
    for (const auto& e : api->endpoints->list(p.after_name, p.limit))
        items.push_back(json_of(*api, e));
    json::value after;
    if (!items.empty()) {
        const std::string last(items.back().at("name").as_string());
        if (!api->endpoints->list(last, 1).empty()) after = last;
    }
    co_return http::json_response(200, json::serialize(json::object{{"items", std::move(items)}, {"after", after}}));
}

answer read_endpoint(shared_api api, const http::request& r) {
    const auto found = api->endpoints->find(r.param("name"));
    if (!found) co_return not_here(r.param("name"));
    co_return shown(*api, 200, *found);
}

answer create_endpoint(shared_api api, const http::request& r) {
    auto document = read_object(r.body);
    if (!document) co_return http::problem(400, document.error());
    co_return co_await written_now(api, co_await api->endpoints->create(std::move(*document)));
}

using change = runtime::task<endpoint_store::outcome> (endpoint_store::*)(std::string, json::object, precondition);

template <change Change>
answer change_endpoint(shared_api api, const http::request& r) {
    auto document = read_object(r.body);
    if (!document) co_return http::problem(400, document.error());
    auto allowed = read_precondition(r);
    if (!allowed) co_return bad_tags();
    auto& endpoints = *api->endpoints;
    co_return co_await written_now(
        api, co_await (endpoints.*Change)(std::string(r.param("name")), std::move(*document), std::move(*allowed)));
}

answer remove_endpoint(shared_api api, const http::request& r) {
    auto allowed = read_precondition(r);
    if (!allowed) co_return bad_tags();
    const auto done = co_await api->endpoints->remove(std::string(r.param("name")), std::move(*allowed));
    if (!done) co_return refuse(done.error());
    co_return http::no_content();
}

answer set_enabled(shared_api api, const http::request& r, bool enabled) {
    auto allowed = read_precondition(r);
    if (!allowed) co_return bad_tags();
    const std::string name(r.param("name"));
    const auto done = co_await api->endpoints->patch(name, {{"enabled", enabled}}, std::move(*allowed));
    // One that its receiver disabled with a 410 is enabled again as well.
    if (done && enabled) {
        const auto resumed = co_await api->endpoints->resume(name);
        if (!resumed) co_return refuse(resumed.error());
    }
    co_return written(*api, done);
}

answer enable(shared_api api, const http::request& r) { return set_enabled(std::move(api), r, true); }
answer disable(shared_api api, const http::request& r) { return set_enabled(std::move(api), r, false); }

// A pause and a 410 are forgotten; `enabled: false` is what its owner wants.
answer resume(shared_api api, const http::request& r) {
    const std::string name(r.param("name"));
    const auto known = api->endpoints->find(name);
    if (known && known->settings && !known->settings->enabled)
        co_return http::problem(409, "its settings say enabled: false; " +
                                         std::string(known->from_file ? "change the file" : "enable it (:enable)"));
    co_return written(*api, co_await api->endpoints->resume(name));
}

// Null: too many are under way, of this endpoint or in all. Ends with what it returns.
std::shared_ptr<void> begin_test(const std::shared_ptr<open_tests>& all, const std::string& endpoint_name) {
    if (all->size() >= most_tests || all->count(endpoint_name) >= most_tests_of_one) return nullptr;
    const auto one = all->insert(endpoint_name);
    return {all.get(), [all, one](open_tests* tests) { tests->erase(one); }};
}

answer test(shared_api api, const http::request& r) {
    const auto found = api->endpoints->find(r.param("name"));
    if (!found) co_return not_here(r.param("name"));
    if (!found->settings)
        co_return http::problem(409, "what is stored of the endpoint breaks the rules; see `problems`");
    if (found->settings->url.empty()) co_return http::problem(409, "format log-only POSTs nothing");
    const auto open = begin_test(api->open_tests, found->name);
    if (!open) co_return http::unavailable("several tests are under way; try again shortly", 2);
    const auto result = co_await api->test(*found->settings);
    co_return http::json_response(200, json::serialize(test_json(result)));
}

// Refuses a query where there is none to read, and logs who changed what.
struct run {
    shared_api api;
    operation then;
    bool takes_query = false;

    answer operator()(http::request& r) const {
        if (const auto wrong = refuse_parameters(r); !takes_query && !wrong.empty()) co_return bad_query(wrong);
        auto response = co_await then(api, r);
        if (r.method != http::method::get && r.method != http::method::head)
            log::info("endpoints: a change was asked for", {{"method", http::to_string(r.method)},
                                                            {"path", r.path},
                                                            {"status", http::status_of(response)},
                                                            {"request_id", r.context.request_id}});
        co_return uncached(std::move(response));
    }
};

http::route_options taking_json(http::route_options o, bool patch) {
    o.guards.push_back(require_json(patch));
    o.body_limit = body_limit;
    return o;
}

}  // namespace

void add_endpoint_routes(http::router& r, const std::shared_ptr<const webhook_api>& api) {
    using http::method;
    const std::string all = collection, item = all + "/{name}";
    const auto reading = reading_options(*api), writing = writing_options(*api);
    r.add(method::get, all, run{api, list_endpoints, true}, reading);
    r.add(method::post, all, run{api, create_endpoint}, taking_json(writing, false));
    r.add(method::get, item, run{api, read_endpoint}, reading);
    r.add(method::put, item, run{api, change_endpoint<&endpoint_store::put>}, taking_json(writing, false));
    r.add(method::patch, item, run{api, change_endpoint<&endpoint_store::patch>}, taking_json(writing, true));
    r.add(method::delete_, item, run{api, remove_endpoint}, writing);
    r.add(method::post, item + ":enable", run{api, enable}, writing);
    r.add(method::post, item + ":disable", run{api, disable}, writing);
    r.add(method::post, item + ":resume", run{api, resume}, writing);
    r.add(method::post, item + ":test", run{api, test}, writing);
}

}  // namespace tidings::broadcaster
