#include "delivery/retry_message.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "domain/reserved_header.hpp"
#include "ids/timestamp.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_headers = 60'000;  // bytes; the server takes 65,535
constexpr std::size_t spare = 1'024;          // for headers that are added

constexpr const char* attempts_header = "Tidings-Attempts";
constexpr const char* due_header = "Tidings-Due";  // ms since the epoch
constexpr const char* key_header = "Tidings-Key";
constexpr const char* epoch_header = "Tidings-Epoch";
constexpr const char* id_header = "Tidings-Event-Id";
constexpr const char* type_header = "Tidings-Event-Type";
constexpr const char* content_type_header = "Tidings-Content-Type";
constexpr const char* subject_header = "Tidings-Subject";
constexpr const char* stored_header = "Tidings-Stored-At";  // ns since the epoch
constexpr const char* left_out_header = "Tidings-Left-Out";

std::int64_t milliseconds_of(retry_queue::time_point t) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

retry_queue::time_point time_of(std::int64_t ms) { return retry_queue::time_point(std::chrono::milliseconds(ms)); }

std::size_t bytes_of(const bus::headers& h) {
    std::size_t n = 0;
    for (const auto& [name, value] : h)
        n += name.size() + value.size() + 4;
    return n;
}

std::string_view header_in(const bus::headers& h, std::string_view name) {
    const auto it = std::ranges::find(h, name, [](const auto& header) { return std::string_view(header.first); });
    return it == h.end() ? std::string_view() : std::string_view(it->second);
}

// The last four tokens of "webhooks.retries.<shard>.<endpoint>.<incarnation>.<sequence>".
std::optional<std::pair<std::string, retry_id>> read_subject(std::string_view subject) {
    std::array<std::string_view, 3> last;
    for (auto& token : last) {
        const auto dot = subject.rfind('.');
        if (dot == std::string_view::npos) return std::nullopt;
        token = subject.substr(dot + 1);
        subject = subject.substr(0, dot);
    }
    const auto sequence = text::parse_number<std::uint64_t>(last[0]);
    const auto incarnation = text::parse_number<std::uint32_t>(last[1]);
    if (!sequence || !incarnation) return std::nullopt;
    return std::pair{std::string(last[2]), retry_id{*incarnation, *sequence}};
}

}  // namespace

retry_message write_retry(const event& e, const retry_queue::entry& r, const std::string& stream,
                          const std::string& epoch, std::size_t max_payload) {
    retry_message m;
    auto& h = m.headers;
    h = {{attempts_header, std::to_string(r.attempts)},
         {due_header, std::to_string(milliseconds_of(r.due))},
         {key_header, r.key},
         {epoch_header, epoch},
         {id_header, e.id},
         {type_header, e.type},
         {content_type_header, e.content_type},
         {subject_header, e.subject},
         {stored_header, std::to_string(e.stored_ns)},
         {"Tidings-Stream", stream}};
    bus::headers own;
    for (auto& header : e.msg.all_headers())
        if (!is_reserved_header(header.first)) own.push_back(std::move(header));
    const bool fits = bytes_of(h) + bytes_of(own) <= most_headers;
    if (fits) h.insert(h.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    if (e.body.size() + bytes_of(h) + spare <= max_payload) {
        m.body = e.body;
        if (!fits) h.emplace_back(left_out_header, "headers");
    } else {
        h.emplace_back(left_out_header, "body");
    }
    return m;
}

std::optional<retry_note> read_retry(const bus::message& m) {
    const auto where = read_subject(m.subject());
    const auto attempts = text::parse_number<std::uint64_t>(m.header(attempts_header));
    const auto due = text::parse_number<std::int64_t>(m.header(due_header));
    if (!where || !attempts || !due) return std::nullopt;
    retry_note n;
    n.endpoint = where->first;
    n.id = where->second;
    n.epoch = m.header(epoch_header);
    n.entry = {0, *attempts, time_of(*due), std::string(m.header(key_header)), false};
    return n;
}

left_out left_out_of(const bus::stored_message& m) {
    const auto what = header_in(m.h, left_out_header);
    return what == "body" ? left_out::body : what == "headers" ? left_out::headers : left_out::nothing;
}

bool is_source_of(const bus::stored_message& source, const bus::stored_message& m) {
    const auto stored =
        std::chrono::nanoseconds(text::parse_number<std::int64_t>(header_in(m.h, stored_header)).value_or(0));
    const auto time = ids::parse_timestamp(source.time);
    return time && *time == ids::timestamp(std::chrono::floor<std::chrono::microseconds>(stored));
}

event_ptr event_of_retry(const bus::stored_message& m, retry_id id, const bus::stored_message* source) {
    auto e = std::make_shared<event>();
    bus::headers own;
    for (const auto& header : source != nullptr ? source->h : m.h)
        if (!is_reserved_header(header.first)) own.push_back(header);
    e->subject = header_in(m.h, subject_header);
    e->msg = bus::make_message(e->subject, "", own, source != nullptr ? source->payload : m.payload);
    e->body = e->msg.payload();
    e->incarnation = id.incarnation;
    e->sequence = id.sequence;
    e->stored_ns = text::parse_number<std::int64_t>(header_in(m.h, stored_header)).value_or(0);
    e->id = header_in(m.h, id_header);
    e->type = header_in(m.h, type_header);
    e->content_type = header_in(m.h, content_type_header);
    return e;
}

}  // namespace tidings::broadcaster
