#include "api/attempts.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/answers.hpp"
#include "api/letter_text.hpp"
#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr std::size_t batches_read_at_most = 200;
constexpr std::size_t longest_record = 16 * 1024;
constexpr auto whole = std::string_view::npos;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

bool is_shown(std::string_view line, const std::string& endpoint) {
    if (line.size() > longest_record || !is_json(line)) return false;
    boost::system::error_code failure;
    const auto record = json::parse(line, failure);
    if (failure || !record.is_object()) return false;
    const auto* name = record.as_object().if_contains("endpoint");
    return endpoint.empty() || (name != nullptr && *name == json::string(endpoint));
}

struct items {
    std::string text;
    std::size_t count = 0;
};

// Appends the batch's records below `upto`, newest first, until there are `limit`. Where it stopped: 0 at the end.
std::size_t append_records(items& to, const std::string& batch, std::size_t upto, const page& p) {
    const auto lines = lines_of(batch);
    auto left = std::min(upto, lines.size());
    for (; left > 0 && to.count < p.limit; --left) {
        if (!is_shown(lines[left - 1], p.endpoint)) continue;
        if (to.count++ > 0) to.text += ',';
        to.text += lines[left - 1];
    }
    return left;
}

}  // namespace

runtime::task<http::response> attempts_before(bus::connection& c, page p) {
    bus::jetstream js(c);
    const std::string stream(events::attempts_stream);
    const auto info = co_await js.stream(stream);
    if (info.has_error() && info.error() == make_error_code(bus::errc::not_found))
        co_return http::json_response(200, R"({"items":[],"before":null})");
    if (!info) co_return bus_problem(info.error());
    auto batch = info->last_seq;
    auto upto = whole;
    if (p.before.batch <= info->last_seq) {
        batch = p.before.record > 0 ? p.before.batch : p.before.batch - 1;
        upto = p.before.record > 0 ? p.before.record : whole;
    }
    items page_items;
    std::size_t inside = 0;
    const auto more = [&] { return inside > 0 || (batch >= info->first_seq && batch > 0); };
    for (std::size_t read = 0; read < batches_read_at_most && page_items.count < p.limit && more(); ++read) {
        const auto stored = co_await js.messages().get(stream, batch);
        if (!stored && stored.error() != make_error_code(bus::errc::not_found)) co_return bus_problem(stored.error());
        inside = stored ? append_records(page_items, stored->payload, upto, p) : 0;
        if (inside > 0) break;
        --batch;
        upto = whole;
    }
    const auto cursor = to_string(inside > 0 ? attempts_cursor{batch, inside} : attempts_cursor{batch + 1, 0});
    co_return http::json_response(
        200, R"({"items":[)" + page_items.text + R"(],"before":)" + (more() ? '"' + cursor + '"' : "null") + '}');
}

}  // namespace tidings::broadcaster
