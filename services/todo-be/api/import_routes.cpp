#include "api/import_routes.hpp"

#include <chrono>
#include <utility>

#include "api/access/bearer_answers.hpp"
#include "api/answers.hpp"
#include "api/exchange/importer.hpp"
#include "api/todo_headers.hpp"
#include "http/message/media_type.hpp"
#include "http/server/response_head.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr const char* path = "/todos:import";
constexpr const char* accepted_files = "application/json, application/x-ndjson, text/csv, text/plain, text/calendar";
constexpr auto longest = 10min;
constexpr std::size_t most_at_once = 8;  // each holds a batch of up to 1 MB, its statement and its answer

std::optional<http::response> refuse_media_type(const http::request& r) {
    if (r.headers_named("content-type").size() > 1) return refusal(errc::content_type_repeated);
    if (!format_of_body(r.header("content-type"))) {
        auto answer = refusal(errc::media_type_unsupported);
        answer.headers.emplace_back("Accept-Post", accepted_files);
        return answer;
    }
    if (http::content_coding_fits(r.joined("content-encoding").value_or(""))) return std::nullopt;
    auto answer = refusal(errc::content_coding_refused);
    answer.headers.emplace_back("Accept-Encoding", "identity");
    return answer;
}

std::optional<bool> read_dry_run(const http::request& r, violations& wrong) {
    bool dry_run = false;
    for (const auto& [name, value] : r.query) {
        if (name != "dry_run") {
            wrong.push_back({name, errc::import_parameter});
        } else if (value != "true" && value != "false") {
            wrong.push_back({name, errc::flag_invalid});
        }
        dry_run = value == "true";
    }
    if (!wrong.empty()) return std::nullopt;
    return dry_run;
}

http::content report_answer(const import_report& report) {
    auto answer = http::json_response(200, report.text());
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

std::string so_far(const importer& i) {
    return "to-dos created so far: " + std::to_string(i.report().created()) + ", up to line " +
           std::to_string(i.settled_line());
}

http::content broken_off(const importer& i) {
    return http::unavailable("the database is not available right now; " + so_far(i) +
                             "; with an Idempotency-Key the same request can be sent again, and creates the others");
}

}  // namespace

import_routes::import_routes(todo_store& store, std::size_t limit)
    : store_(store), limit_(limit), places_(most_at_once) {}

void import_routes::add_to(http::router& router, const entry_rules& entry) {
    accounts_ = entry.accounts;
    auto limits = guarded(entry, scope::todos_write, body_kind::none);
    limits.guards.emplace_back(refuse_media_type);
    limits.body_limit = limit_;
    limits.handler_timeout = longest;
    limits.stream_body = true;
    add_for_owners(
        router, entry, http::method::post, path, [this](http::request& r) { return run(r); }, std::move(limits),
        scope::todos_write);
    add_options(router, path, options("POST, OPTIONS", "Accept-Post", accepted_files));
}

runtime::task<http::response> import_routes::run(http::request& r) {
    auto key = read_idempotency_key(r);
    if (!key) co_return refusal(key.error());
    violations wrong;
    const auto dry_run = read_dry_run(r, wrong);
    if (!dry_run) co_return refusal(errc::query_invalid, wrong);
    const auto place = places_.take(asker_of(r.context), accounts_ != nullptr);
    if (!place) co_return http::unavailable("too many imports are running; try again shortly");
    const auto format = *format_of_body(r.header("content-type"));
    importer i(store_, {format, *dry_run, std::move(*key)}, r.context, {accounts_, r.context.access});
    try {
        const auto done = co_await i.run(*r.stream, wrong);
        if (!done) co_return refusal(done.error(), wrong);
    } catch (const right_over& e) {
        if (e.ended == right_over::what_ended::membership)
            co_return http::problem(403, "your role in this list does not allow this any more; " + so_far(i));
        co_return token_invalid("it has expired, or was revoked, while the import ran; " + so_far(i));
    } catch (const store_unavailable& e) {
        log::debug("import broken off", {{"request_id", r.context.request_id}, {"error", e.what()}});
        co_return broken_off(i);
    }
    co_return report_answer(i.report());
}

}  // namespace tidings::todo_be
