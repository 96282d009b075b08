#include "http/server/finish.hpp"

#include <algorithm>

#include "http/message/etag.hpp"
#include "http/message/problem.hpp"
#include "http/message/status.hpp"
#include "http/server/compressed.hpp"
#include "http/server/cors.hpp"
#include "http/server/response_head.hpp"

namespace tidings::http {

namespace {

constexpr std::size_t worthwhile = 1024;  // smaller ones are one packet in any coding
constexpr unsigned not_modified = 304;

bool is_text(std::string_view content_type) {
    return content_type.starts_with("application/json") || content_type.starts_with(problem_type) ||
           content_type.starts_with("text/");
}

template <class Head>
auto* header_of(Head& r, std::string_view name) {
    const auto found = std::ranges::find(r.headers, name, [](const auto& h) { return std::string_view(h.first); });
    return found == r.headers.end() ? nullptr : &found->second;
}

bool varies_by_coding(const response& answer) {
    if (std::holds_alternative<prepared>(answer)) return true;
    const auto* const c = std::get_if<content>(&answer);
    return c != nullptr && (c->status == not_modified || (may_have_body(c->status) && is_text(c->content_type)));
}

// The tag of what the client has: the 200 might be in that coding (RFC 9110, 15.4.5).
void repeat_tag(content& answer, const request& r, std::string_view accepted) {
    auto* const etag = header_of(answer, "ETag");
    if (etag == nullptr) return;
    auto coded = etag_in(choose_coding(accepted, true), *etag);
    if (r.joined("if-none-match").value_or("").find(coded) != std::string::npos) *etag = std::move(coded);
}

std::string_view body_of(const prepared_bytes& all) {
    return std::string_view(all.plain).substr(all.plain.find("\r\n\r\n") + 4);
}

runtime::task<> compress(content& answer, coding wanted) {
    answer.body = co_await compressed(wanted, answer.body);
    answer.headers.emplace_back("Content-Encoding", to_string(wanted));
    if (auto* const etag = header_of(answer, "ETag")) *etag = etag_in(wanted, *etag);
}

runtime::task<> compress(prepared& answer, coding wanted) {
    const auto bytes = answer.bytes;
    if (bytes->in(wanted).empty()) {
        auto made = in_coding(bytes->plain, wanted, co_await compressed(wanted, body_of(*bytes)));
        // What another request made meanwhile may be on its way already.
        auto& kept = wanted == coding::gzip ? bytes->gzip : bytes->zstd;
        if (kept.empty()) kept = std::move(made);
    }
    answer.coded = wanted;
}

// Whether a page of any origin may use the API: then its answers do not depend on which.
bool open_to_all(const cors_options& cors) { return std::ranges::find(cors.origins, "*") != cors.origins.end(); }

}  // namespace

coding finish(response& answer, const request& r, const server_options& options) {
    auto* const whole = std::get_if<content>(&answer);
    if (whole != nullptr && whole->content_type == problem_type) name_request(*whole, r.context.request_id);
    if (!options.compress || !varies_by_coding(answer)) return coding::identity;
    const auto accepted = r.joined("accept-encoding").value_or("");
    if (whole != nullptr && whole->status == not_modified) {
        repeat_tag(*whole, r, accepted);
        return coding::identity;
    }
    const auto size = whole != nullptr ? whole->body.size() : body_of(*std::get<prepared>(answer).bytes).size();
    return size == 0 ? coding::identity : choose_coding(accepted, size >= worthwhile);
}

runtime::task<> compress(response& answer, coding wanted) {
    if (auto* const p = std::get_if<prepared>(&answer)) co_return co_await compress(*p, wanted);
    co_await compress(std::get<content>(answer), wanted);
}

void append_request_lines(std::string& out, const response& answer, const request& r, const server_options& options) {
    const bool coding = options.compress && varies_by_coding(answer);
    const bool origin = !options.cors.origins.empty() && !open_to_all(options.cors);
    if (coding || origin) {
        out += "Vary: ";
        if (coding) out += "Accept-Encoding";
        if (coding && origin) out += ", ";
        if (origin) out += "Origin";
        out += "\r\n";
    }
    for (const auto& [name, value] : r.answer_headers)
        append_line(out, name, value);
    if (options.cors.origins.empty()) return;
    const auto* const whole = std::get_if<content>(&answer);
    const auto* const allow = whole != nullptr ? header_of(*whole, "Allow") : nullptr;
    append_cors_lines(out, options.cors, r, allow != nullptr ? std::string_view(*allow) : std::string_view());
}

}  // namespace tidings::http
