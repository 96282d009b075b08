#include "http/server/document_routes.hpp"

#include <utility>

#include "http/message/etag.hpp"
#include "http/server/response_head.hpp"
#include "text/text_hash.hpp"

namespace tidings::http {

namespace {

constexpr std::string_view server_at_root = R"("servers":[{"url":"/")";

std::string with_base(std::string_view text, std::string_view base_path) {
    std::string all(text);
    const auto at = all.find(server_at_root);
    if (!base_path.empty() && at != all.npos) all.replace(at + server_at_root.size() - 2, 1, base_path);
    return all;
}

struct document_answer {
    content unchanged;  // 304
    std::string tag;
    prepared_response whole;

    runtime::task<response> operator()(request& r) const {
        if (names_tag(r.joined("if-none-match").value_or(""), tag)) co_return unchanged;
        co_return prepared{whole};
    }
};

document_answer answer_of(const document& d, std::string_view base_path) {
    content whole;
    whole.content_type = d.content_type;
    whole.body = with_base(d.text, base_path);
    auto tag = std::to_string(text::text_hash{}(whole.body));
    whole.headers = {{"ETag", '"' + tag + '"'}, {"Cache-Control", "no-cache"}};
    if (whole.content_type.starts_with("text/html"))
        whole.headers.emplace_back("Content-Security-Policy",
                                   "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
                                   "frame-ancestors 'none'");
    auto unchanged = no_content();
    unchanged.status = 304;
    unchanged.headers = {whole.headers.begin(), whole.headers.begin() + 2};
    return {std::move(unchanged), std::move(tag), prepare(whole)};
}

}  // namespace

void add_documents(router& r, std::span<const document> documents, const std::vector<guard>& guards) {
    route_options options;
    options.guards = guards;
    for (const auto& d : documents)
        r.add(method::get, d.path, answer_of(d, r.base_path()), options);
}

}  // namespace tidings::http
