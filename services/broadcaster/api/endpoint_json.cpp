#include "api/endpoint_json.hpp"

#include <boost/json/array.hpp>
#include <chrono>

#include "config/value_text.hpp"
#include "http/client/url.hpp"
#include "ids/timestamp.hpp"
#include "text/base64.hpp"
#include "text/utf8.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

std::string origin_of(const endpoint& e) {
    const auto where = http::parse_url(e.url);
    return where ? where->scheme + "://" + where->host_header : "log";
}

// The settings, by the names under which they are set.
void add_settings(json::object& out, const endpoint& e) {
    const auto s = spec_of(e);
    json::object source{{"stream", e.source_stream}};
    if (!e.source_subject.empty()) source["subject"] = e.source_subject;
    out["source"] = std::move(source);
    for (const auto& f : choice_fields())
        out[f.name] = s.*f.text;
    for (const auto& f : flag_fields())
        out[f.name] = e.*f.value;
    for (const auto& f : number_fields())
        out[f.name] = e.*f.value;
    for (const auto& f : duration_fields())
        out[f.name] = config::duration_text(e.*f.value);
    json::array pauses;
    for (const auto pause : e.retry_schedule)
        pauses.emplace_back(config::duration_text(pause));
    out["retry_schedule"] = std::move(pauses);
    out["events"] = json::array(e.event_types.begin(), e.event_types.end());
}

// Only who delivers to it knows more.
std::string_view state_of(const endpoint_status& e) {
    if (e.served == endpoint_status::service::elsewhere) return "elsewhere";
    return e.served == endpoint_status::service::nowhere ? "waiting" : to_string(e.state);
}

void add_state(json::object& out, const registered_endpoint& e, const std::optional<endpoint_status>& status) {
    const auto s = e.settings && status ? *status : endpoint_status{.served = endpoint_status::service::nowhere};
    const bool disabled = e.settings && !e.settings->enabled;
    out["state"] = disabled ? "disabled" : state_of(s);
    out["reason"] = e.settings ? s.reason : "what is stored of it cannot be used, see `problems`; its place is kept";
    out["consecutive_failures"] = s.consecutive_failures;
    out["attempts_under_way"] = s.attempts_under_way;
    if (s.waiting) out["pending"] = *s.waiting;
    if (s.delivered_at) out["last_success_at"] = ids::format(*s.delivered_at);
    if (s.probe_at) out["next_probe_at"] = ids::format(*s.probe_at);
    if (s.last_failure)
        out["last_failure"] =
            json::object{{"time", ids::format(s.last_failure->at)},
                         {"status", s.last_failure->status},
                         {"error", text::is_utf8(s.last_failure->error) ? s.last_failure->error : ""}};
}

}  // namespace

json::array violations_json(const violations& all) {
    constexpr std::size_t longest = 512;
    json::array out;
    for (const auto& v : all)
        out.push_back(json::object{{"pointer", v.pointer}, {"detail", text::shortened(v.detail, longest)}});
    return out;
}

json::object endpoint_json(const registered_endpoint& e, const std::optional<endpoint_status>& status,
                           const std::vector<std::string>& warnings) {
    json::object out{{"name", e.name}, {"defined_in", e.from_file ? "file" : "api"}};
    if (e.settings) {
        out["origin"] = origin_of(*e.settings);
        add_settings(out, *e.settings);
        out["signed"] = !e.settings->secrets.empty();
        out["secret_count"] = e.settings->secrets.size();
        out["timeout_ms"] = e.settings->timeout.count();
        if (!e.settings->created_at.empty()) out["created_at"] = e.settings->created_at;
        if (e.settings->start_sequence > 0)
            out["start"] =
                json::object{{"stream", e.settings->source_stream}, {"sequence", e.settings->start_sequence}};
    }
    add_state(out, e, status);
    if (!warnings.empty()) out["warnings"] = json::array(warnings.begin(), warnings.end());
    if (!e.problems.empty()) out["problems"] = violations_json(e.problems);
    return out;
}

json::object test_json(const test_result& r) {
    json::object out{{"webhook_id", r.webhook_id},
                     {"status", r.status},
                     {"duration_us", std::chrono::duration_cast<std::chrono::microseconds>(r.took).count()},
                     {"body_cut", r.body_cut}};
    if (!r.error.empty()) {
        out["error"] = r.error;
        out["reason"] = text::is_utf8(r.reason) ? r.reason : "";
    }
    if (text::is_utf8(r.body)) {
        out["body"] = r.body;
    } else {
        std::string coded;
        text::append_base64(coded, {reinterpret_cast<const std::uint8_t*>(r.body.data()), r.body.size()});
        out["body_base64"] = coded;
    }
    return out;
}

}  // namespace tidings::broadcaster
