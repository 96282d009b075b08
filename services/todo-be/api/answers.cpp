#include "api/answers.hpp"

#include <utility>

#include "api/todo_query.hpp"

namespace tidings::todo_be {

unsigned status_of(errc e) {
    switch (e) {
        case errc::body_not_json:
        case errc::body_too_deep:
        case errc::query_invalid:
        case errc::idempotency_key_invalid:
            return 400;
        case errc::not_found:
            return 404;
        case errc::version_mismatch:
            return 412;
        case errc::media_type_unsupported:
            return 415;
        default:
            return 422;  // well-formed, but not what a to-do can be
    }
}

http::response refusal(const boost::system::error_code& error, const violations& wrong) {
    const auto why = static_cast<errc>(error.value());
    std::vector<http::field_error> errors;
    errors.reserve(wrong.size());
    for (const auto& v : wrong)
        errors.push_back({v.field, describe(v.why)});
    return http::problem(status_of(why), describe(why), errors);
}

http::response try_later() {
    auto answer = http::problem(503, "the database is not available right now; try again in a moment");
    answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

http::response todo_answer(unsigned status, written_todo answer, const self_link& link) {
    auto made = http::json_response(status, std::move(answer.json));
    made.headers.emplace_back("ETag", etag_of(answer.version));
    if (status == 201) {
        auto location = link.prefix;
        answer.id.append_to(location);
        made.headers.emplace_back("Location", std::move(location));
    }
    if (answer.replayed) made.headers.emplace_back("Idempotent-Replayed", "true");
    return made;
}

http::response not_modified(std::int64_t version) {
    auto answer = http::no_content();
    answer.status = 304;
    answer.headers.emplace_back("ETag", etag_of(version));
    return answer;
}

http::response page_answer(const todo_page& page, const self_link& link) {
    std::string json = "{\"items\":[";
    json.reserve(64 + page.items.size() * 420);
    for (const auto& t : page.items) {
        if (&t != page.items.data()) json += ',';
        append_json(json, t, link);
    }
    json += "],\"next\":";
    if (page.more) {
        json += '"';
        page.items.back().id.append_to(json);
        json += '"';
    } else {
        json += "null";
    }
    json += '}';
    return http::json_response(200, std::move(json));
}

}  // namespace tidings::todo_be
