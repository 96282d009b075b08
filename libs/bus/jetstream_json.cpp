#include "bus/jetstream_json.hpp"

#include <boost/json.hpp>

#include "bus/base64.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

std::int64_t ns(std::chrono::nanoseconds d) { return d.count(); }

// Numbers and texts of an answer; what is absent or of another kind reads as zero or empty.
std::uint64_t number(const json::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    boost::system::error_code failure;
    const auto n = v != nullptr && v->is_number() ? v->to_number<std::uint64_t>(failure) : 0;
    return failure ? 0 : n;
}

std::string text(const json::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    return v != nullptr && v->is_string() ? std::string(v->as_string()) : std::string();
}

json::object object(const json::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    return v != nullptr && v->is_object() ? v->as_object() : json::object();
}

// https://github.com/nats-io/nats-server/blob/main/server/errors.json
errc errc_of(std::uint64_t jetstream_code, std::uint64_t http_code) {
    switch (jetstream_code) {
        case 10014:  // consumer not found
        case 10037:  // no message found
        case 10059:
            return errc::not_found;  // stream not found
        case 10071:
            return errc::wrong_sequence;
        case 10054:
            return errc::too_large;  // message size exceeds maximum allowed
        case 10013:                  // consumer name already in use
        case 10058:                  // stream name already in use
        case 10065:                  // subjects overlap with an existing stream
        case 10148:
            return errc::already_exists;  // consumer already exists
        default:
            break;
    }
    return http_code == 404 ? errc::not_found : errc::refused;
}

std::string_view policy(start_at from) {
    switch (from) {
        case start_at::all:
            return "all";
        case start_at::now:
            return "new";
        case start_at::sequence:
            return "by_start_sequence";
        case start_at::time:
            return "by_start_time";
    }
    return "all";
}

start_at policy_of(const std::string& name) {
    if (name == "new") return start_at::now;
    if (name == "by_start_sequence") return start_at::sequence;
    if (name == "by_start_time") return start_at::time;
    return start_at::all;
}

// "NATS/1.0\r\nName: value\r\n...\r\n\r\n"
headers parse_headers(std::string_view block) {
    headers h;
    std::size_t line = block.find("\r\n");
    while (line != std::string_view::npos) {
        const auto begin = line + 2;
        line = block.find("\r\n", begin);
        const auto one = block.substr(begin, line == std::string_view::npos ? line : line - begin);
        const auto colon = one.find(':');
        if (colon == std::string_view::npos) continue;
        auto value = one.substr(colon + 1);
        while (value.starts_with(' '))
            value.remove_prefix(1);
        h.emplace_back(one.substr(0, colon), value);
    }
    return h;
}

}  // namespace

json::object to_json(const stream_config& c) {
    json::array subjects(c.subjects.begin(), c.subjects.end());
    return {{"name", c.name},
            {"subjects", std::move(subjects)},
            {"retention", "limits"},
            {"storage", "file"},
            {"discard", "old"},
            {"max_consumers", -1},
            {"max_msgs", -1},
            {"max_msg_size", -1},
            {"max_bytes", c.max_bytes},
            {"max_age", ns(c.max_age)},
            {"max_msgs_per_subject", c.max_messages_per_subject},
            {"duplicate_window", ns(c.duplicate_window)},
            {"num_replicas", c.replicas},
            {"allow_direct", c.allow_direct}};
}

json::object to_json(const consumer_config& c) {
    json::object config{{"durable_name", c.durable},
                        {"deliver_policy", policy(c.from)},
                        {"ack_policy", "explicit"},
                        {"replay_policy", "instant"},
                        {"ack_wait", ns(c.ack_wait)},
                        {"max_deliver", -1},
                        {"max_ack_pending", c.max_ack_pending},
                        {"max_waiting", 512}};
    if (!c.description.empty()) config["description"] = c.description;
    if (!c.filter_subject.empty()) config["filter_subject"] = c.filter_subject;
    if (c.from == start_at::sequence) config["opt_start_seq"] = c.start_sequence;
    if (c.from == start_at::time) config["opt_start_time"] = c.start_time;
    return {{"stream_name", c.stream}, {"config", std::move(config)}};
}

result<json::object> parse_answer(const message& m) {
    boost::system::error_code failure;
    auto value = json::parse(m.payload(), failure);
    if (failure || !value.is_object()) return make_error_code(errc::refused);
    const auto* error = value.as_object().if_contains("error");
    if (error == nullptr) return std::move(value.as_object());
    const auto& e = error->is_object() ? error->as_object() : value.as_object();
    return make_error_code(errc_of(number(e, "err_code"), number(e, "code")));
}

stream_info stream_info_of(const json::object& answer) {
    const auto s = object(answer, "state");
    return {number(s, "messages"), number(s, "bytes"), number(s, "first_seq"), number(s, "last_seq")};
}

consumer_info consumer_info_of(const json::object& answer) {
    consumer_info i;
    i.pending = number(answer, "num_pending");
    i.ack_pending = number(answer, "num_ack_pending");
    i.redelivered = number(answer, "num_redelivered");
    i.waiting_pulls = number(answer, "num_waiting");
    i.delivered_stream_seq = number(object(answer, "delivered"), "stream_seq");
    i.ack_floor_stream_seq = number(object(answer, "ack_floor"), "stream_seq");
    const auto c = object(answer, "config");
    i.config.stream = text(answer, "stream_name");
    i.config.durable = text(c, "durable_name");
    i.config.ack_wait =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(number(c, "ack_wait")));
    i.config.max_ack_pending = number(c, "max_ack_pending");
    i.config.from = policy_of(text(c, "deliver_policy"));
    i.config.start_sequence = number(c, "opt_start_seq");
    i.config.start_time = text(c, "opt_start_time");
    i.config.filter_subject = text(c, "filter_subject");
    i.config.description = text(c, "description");
    return i;
}

result<stored_message> stored_message_of(const json::object& answer) {
    const auto m = object(answer, "message");
    const auto payload = decode_base64(text(m, "data"));
    const auto block = decode_base64(text(m, "hdrs"));
    if (!payload || !block) return make_error_code(errc::refused);
    return stored_message{number(m, "seq"), text(m, "subject"), *payload, text(m, "time"), parse_headers(*block)};
}

}  // namespace tidings::bus
