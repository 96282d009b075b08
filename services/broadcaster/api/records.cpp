#include "api/records.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "events/subjects.hpp"
#include "events/uuid.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr std::size_t batches_read_at_most = 200;

std::string header_of(const bus::stored_message& m, std::string_view name) {
    for (const auto& [key, value] : m.h) {
        if (key == name) return value;
    }
    return {};
}

// Appends the batch's records, newest first.
void append_records(json::array& items, const std::string& lines, const std::string& endpoint) {
    std::size_t end = lines.size();
    while (end > 0) {
        const auto before = end >= 2 ? lines.rfind('\n', end - 2) : std::string::npos;
        const auto begin = before == std::string::npos ? 0 : before + 1;
        boost::system::error_code failure;
        auto record = json::parse(std::string_view(lines).substr(begin, end - begin), failure);
        end = begin;
        if (failure || !record.is_object()) continue;
        const auto* name = record.as_object().if_contains("endpoint");
        if (endpoint.empty() || (name != nullptr && *name == json::string(endpoint)))
            items.push_back(std::move(record));
    }
}

json::object describe_dead_letter(const bus::stored_message& m) {
    json::object item{{"sequence", m.sequence}, {"time", m.time}};
    for (const auto& [field, name] :
         {std::pair{"event_id", "Tidings-Event-Id"}, std::pair{"endpoint", "Tidings-Endpoint"},
          std::pair{"attempts", "Tidings-Attempts"}, std::pair{"status", "Tidings-Status"},
          std::pair{"error", "Tidings-Error"}, std::pair{"subject", "Tidings-Subject"}}) {
        item[field] = header_of(m, name);
    }
    boost::system::error_code failure;
    auto event = json::parse(m.payload, failure);
    item["event"] = failure ? json::value(m.payload) : std::move(event);
    return item;
}

}  // namespace

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
    std::uint64_t n = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (failure != std::errc() || end != text.data() + text.size() || n == 0) return std::nullopt;
    return n;
}

boost::system::result<page> parse_page(const http::request& r, std::string_view cursor_name) {
    const auto bad = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    page p;
    if (const auto text = r.query_value(cursor_name)) {
        const auto n = parse_sequence(*text);
        if (!n) return bad;
        p.cursor = *n;
    }
    if (const auto text = r.query_value("limit")) {
        const auto n = parse_sequence(*text);
        if (!n || *n > 200) return bad;
        p.limit = *n;
    }
    p.endpoint = std::string(r.query_value("endpoint").value_or(""));
    return p;
}

runtime::task<bus::result<json::object>> attempts_before(bus::connection& c, page p) {
    bus::jetstream js(c);
    const std::string stream(events::attempts_stream);
    const auto info = co_await js.stream(stream);
    if (!info) co_return info.error();
    auto sequence = p.cursor > 0 ? p.cursor - 1 : info->last_seq;
    json::array items;
    for (std::size_t read = 0; read < batches_read_at_most && sequence >= info->first_seq && sequence > 0; ++read) {
        if (items.size() >= p.limit) break;
        const auto batch = co_await js.get(stream, sequence);
        --sequence;
        if (batch) append_records(items, batch->payload, p.endpoint);
        if (!batch && batch.error() != make_error_code(bus::errc::not_found)) co_return batch.error();
    }
    const bool more = sequence >= info->first_seq && sequence > 0;
    co_return json::object{{"items", std::move(items)},
                           {"before", more ? json::value(sequence + 1) : json::value(nullptr)}};
}

runtime::task<bus::result<json::object>> dead_letters_after(bus::connection& c, page p) {
    bus::jetstream js(c);
    const auto subject = std::string(events::dead_letters_subject) + "." + (p.endpoint.empty() ? ">" : p.endpoint);
    json::array items;
    auto sequence = p.cursor;
    bool more = true;
    while (items.size() < p.limit) {
        const auto letter = co_await js.next(std::string(events::dead_letters_stream), sequence + 1, subject);
        if (!letter && letter.error() != make_error_code(bus::errc::not_found)) co_return letter.error();
        more = letter.has_value();
        if (!more) break;
        sequence = letter->sequence;
        items.push_back(describe_dead_letter(*letter));
    }
    co_return json::object{{"items", std::move(items)}, {"after", more ? json::value(sequence) : json::value(nullptr)}};
}

runtime::task<bus::result<json::object>> replay_dead_letter(bus::connection& c, std::uint64_t sequence) {
    bus::jetstream js(c);
    const std::string stream(events::dead_letters_stream);
    const auto letter = co_await js.get(stream, sequence);
    if (!letter) co_return letter.error();
    bus::headers h;
    for (const auto& [name, value] : letter->h) {
        if (!name.starts_with("Nats-") && !name.starts_with("Tidings-")) h.emplace_back(name, value);
    }
    const auto id = header_of(*letter, "Tidings-Event-Id");
    const auto endpoint = header_of(*letter, "Tidings-Endpoint");
    h.emplace_back("Nats-Msg-Id", "replay/" + std::to_string(sequence) + '/' + events::uuid::v7().str());
    h.emplace_back("Tidings-Event-Id", id);
    h.emplace_back("Tidings-Endpoint", endpoint);
    const auto published = co_await js.publish(header_of(*letter, "Tidings-Subject"), letter->payload, std::move(h));
    if (!published) co_return published.error();
    const auto removed = co_await js.remove(stream, sequence);
    if (!removed) co_return removed.error();
    co_return json::object{{"event_id", id}, {"endpoint", endpoint}, {"stream_sequence", *published}};
}

http::response to_response(const bus::result<json::object>& r) {
    if (r) return http::json_response(200, json::serialize(*r));
    if (r.error() == make_error_code(bus::errc::not_found)) {
        return http::problem(404, "there is no such record; it may have been replayed or have aged out");
    }
    auto away = http::problem(503, "NATS does not answer now (" + r.error().message() + "); try again shortly");
    away.headers.emplace_back("Retry-After", "2");
    return away;
}

}  // namespace tidings::broadcaster
