#include "delivery/retry_message.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "bus/connection/message_size.hpp"
#include "domain/lane_key.hpp"
#include "domain/passed_headers.hpp"
#include "domain/reserved_header.hpp"
#include "events/subjects.hpp"
#include "ids/timestamp.hpp"
#include "reading/fetch_message.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_headers = 60'000;  // bytes; the server takes 65,535
constexpr std::size_t spare = 1'024;          // for headers that are added

constexpr std::int64_t latest_due = 4'102'444'800'000;  // the year 2100: whatever is later is not ours

constexpr const char* attempts_header = "Tidings-Attempts";
constexpr const char* due_header = "Tidings-Due";  // ms since the epoch
constexpr const char* key_header = "Tidings-Key";
constexpr const char* epoch_header = "Tidings-Epoch";
constexpr const char* id_header = "Tidings-Event-Id";
constexpr const char* type_header = "Tidings-Event-Type";
constexpr const char* content_type_header = "Tidings-Content-Type";
constexpr const char* subject_header = "Tidings-Subject";
constexpr const char* stored_header = "Tidings-Stored-At";  // ns since the epoch
constexpr const char* sequence_header = "Tidings-Stream-Sequence";
constexpr const char* left_out_header = "Tidings-Left-Out";

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

// An age is computed from it: what lies before the epoch is not ours.
std::int64_t stored_ns_of(const bus::stored_message& m) {
    return std::max<std::int64_t>(text::parse_number<std::int64_t>(header_in(m.h, stored_header)).value_or(0), 0);
}

// The last three tokens of "webhooks.retries.<shard>.<endpoint>.<incarnation>.<sequence>".
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

std::string retry_subject(std::string_view shard, std::string_view endpoint_name, retry_id id) {
    std::string subject(events::retries_subject);
    subject.append(".").append(shard).append(".").append(endpoint_name);
    return subject.append(".").append(std::to_string(id.incarnation)).append(".").append(std::to_string(id.sequence));
}

std::string load_mark_subject(std::string_view shard) {
    return std::string(events::retries_subject).append(".").append(shard).append(".loading");
}

bus::headers load_mark_headers(const std::string& epoch) { return {{epoch_header, epoch}}; }

std::string_view epoch_of_mark(const bus::message& m) { return m.header(epoch_header); }

retry_message write_retry(const event& e, const retry_queue::entry& r, const std::string& stream,
                          const std::string& epoch, std::size_t max_payload) {
    retry_message m;
    auto& h = m.headers;
    h = {{attempts_header, std::to_string(r.attempts)},
         {due_header, std::to_string(retry_queue::milliseconds_of(r.due))},
         {key_header, r.key},
         {epoch_header, epoch},
         {id_header, e.id},
         {type_header, e.type},
         {content_type_header, e.content_type},
         {subject_header, e.subject},
         {stored_header, std::to_string(e.stored_ns)},
         {sequence_header, std::to_string(e.sequence)},
         {"Tidings-Stream", stream}};
    // cnats 3.4 reads the line after an empty value as that value.
    std::erase_if(h, [](const auto& header) { return header.second.empty(); });
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
    if (!where || !attempts || !due || *due < 0 || *due > latest_due) return std::nullopt;
    retry_note n;
    n.endpoint = where->first;
    n.id = where->second;
    n.epoch = m.header(epoch_header);
    n.entry = {0, *attempts, retry_queue::time_of(*due), bounded_lane_key(std::string(m.header(key_header)))};
    n.entry.bytes = text::parse_number<std::uint32_t>(m.header("Nats-Msg-Size")).value_or(0) +
                    static_cast<std::uint32_t>(bus::size_of(m));
    n.entry.event_ns = text::parse_number<std::int64_t>(m.header(stored_header)).value_or(0);
    return n;
}

std::string key_of_retry(const bus::stored_message& m) {
    return bounded_lane_key(std::string(header_in(m.h, key_header)));
}

left_out left_out_of(const bus::stored_message& m) {
    const auto what = header_in(m.h, left_out_header);
    return what == "body" ? left_out::body : what == "headers" ? left_out::headers : left_out::nothing;
}

std::uint64_t source_sequence_of(const bus::stored_message& m, retry_id id) {
    return text::parse_number<std::uint64_t>(header_in(m.h, sequence_header)).value_or(id.sequence);
}

bool is_source_of(const bus::stored_message& source, const bus::stored_message& m) {
    const auto stored = std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(stored_ns_of(m)));
    const auto time = ids::parse_timestamp(source.time);
    return time && *time == ids::timestamp(stored);
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
    e->sequence = source_sequence_of(m, id);
    e->stored_ns = stored_ns_of(m);
    e->id = header_in(m.h, id_header);
    e->type = header_in(m.h, type_header);
    e->content_type = header_in(m.h, content_type_header);
    e->passed_headers = passed_headers(e->subject, e->content_type, e->msg.header_views());
    e->bytes = bus::size_of(e->msg) + e->passed_headers.size();
    return e;
}

event_ptr event_of_source(const bus::stored_message& source, std::string_view stream, retry_id id) {
    auto d = delivery_of(source);
    return make_event(std::move(d.msg), stream, id, d.stored_ns);
}

}  // namespace tidings::broadcaster
