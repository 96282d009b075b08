#include "api/batch_answer.hpp"

#include <utility>

#include "api/answers.hpp"

namespace tidings::todo_be {

namespace {

void append_refused(std::string& out, const boost::system::error_code& why, const violations& wrong) {
    const auto problem = refusal(why, wrong);
    out += "{\"status\":" + std::to_string(problem.status) + ",\"problem\":" + problem.body + '}';
}

void append_written(std::string& out, batch_verb verb, const todo& t, const todo_json& json) {
    if (verb == batch_verb::remove) {
        out += "{\"status\":204}";
        return;
    }
    out += verb == batch_verb::create ? "{\"status\":201,\"todo\":" : "{\"status\":200,\"todo\":";
    json.append(out, t);
    out += '}';
}

}  // namespace

std::string batch_text(const batch& b, std::span<const write_result> written, const todo_json& json) {
    std::string out = "{\"results\":[";
    out.reserve(64 + b.operations.size() * 480);
    std::size_t next = 0;
    for (const auto& o : b.operations) {
        if (&o != b.operations.data()) out += ',';
        if (o.why) {
            append_refused(out, o.why, o.wrong);
            continue;
        }
        const auto& w = written[next++];
        if (w) {
            append_written(out, o.verb, w->state, json);
        } else {
            append_refused(out, w.error(), {});
        }
    }
    return out += "]}";
}

http::content batch_answer(const batch& b, std::string text, bool replayed) {
    auto answer = http::json_response(b.atomic ? 200 : 207, std::move(text));
    answer.headers.emplace_back("Cache-Control", "no-store");
    if (replayed) answer.headers.emplace_back("Idempotent-Replayed", "true");
    return answer;
}

http::content batch_refusal(const refused_write& refused) {
    const auto why = static_cast<errc>(refused.why.value());
    if (why == errc::set_too_large) return refusal(why);
    auto field = "/operations/" + std::to_string(refused.index);
    if (const auto of = field_of(why); !of.empty()) field.append("/todo").append(of);
    return refusal(errc::batch_refused, {{std::move(field), why}});
}

}  // namespace tidings::todo_be
