#include "api/letter_text.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <limits>
#include <span>

#include "events/subjects.hpp"
#include "text/base64.hpp"
#include "text/json_string.hpp"
#include "text/utf8.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

// Python reads no integer of more than 4,300 digits: a whole list would fail for one such event.
constexpr std::size_t longest_number = 1'000;

// Takes every value that is well formed.
struct only_check {
    using error_code = boost::system::error_code;
    using text = json::string_view;
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t, error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key_part(text, std::size_t, error_code&) { return true; }
    bool on_key(text, std::size_t, error_code&) { return true; }
    bool on_string_part(text, std::size_t, error_code&) { return true; }
    bool on_string(text, std::size_t, error_code&) { return true; }
    bool on_number_part(text t, error_code& failure) { return fair(t, failure); }
    bool on_int64(std::int64_t, text t, error_code& failure) { return fair(t, failure); }
    bool on_uint64(std::uint64_t, text t, error_code& failure) { return fair(t, failure); }
    bool on_double(double, text t, error_code& failure) { return fair(t, failure); }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

    static bool fair(text number, error_code& failure) {
        if (number.size() <= longest_number) return true;
        failure = json::make_error_code(json::error::not_exact);
        return false;
    }
};

void append_event(std::string& out, const bus::stored_message& m) {
    if (is_partial(m)) {
        out += R"(,"left_out":)";
        append_json_text(out, letter_header(m, "Tidings-Left-Out"));
    }
    if (m.payload.empty() && is_partial(m)) {
        out += R"(,"event":null)";
    } else if (is_json(m.payload)) {
        out.append(R"(,"event":)").append(m.payload);
    } else {
        out += R"(,"event_base64":")";
        text::append_base64(out, {reinterpret_cast<const std::uint8_t*>(m.payload.data()), m.payload.size()});
        out += '"';
    }
}

}  // namespace

bool is_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = 512;
    json::basic_parser<only_check> parser(options);
    boost::system::error_code failure;
    const auto read = parser.write_some(false, text.data(), text.size(), failure);
    return !failure && read == text.size() && parser.done();
}

void append_json_text(std::string& out, std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const auto length = text::first_code_point(text).length;
        clean += length > 0 ? text.substr(0, length) : std::string_view("\xef\xbf\xbd");
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    text::append_json_string(out, clean);
}

std::string_view letter_header(const bus::stored_message& m, std::string_view name) {
    const auto found = std::find_if(m.h.rbegin(), m.h.rend(), [&](const auto& h) { return h.first == name; });
    return found == m.h.rend() ? std::string_view() : std::string_view(found->second);
}

std::string_view letter_endpoint(const bus::stored_message& m) {
    const std::string_view subject = m.subject;
    const auto prefix = events::dead_letters_subject.size();
    const bool ours =
        subject.size() > prefix && subject.starts_with(events::dead_letters_subject) && subject[prefix] == '.';
    return ours ? subject.substr(prefix + 1) : std::string_view();
}

bool is_partial(const bus::stored_message& m) {
    return !letter_header(m, "Tidings-Left-Out").empty() || !letter_header(m, "Tidings-Body").empty();
}

void append_letter(std::string& out, const bus::stored_message& m) {
    out.append(R"({"sequence":)").append(std::to_string(m.sequence));
    const auto add = [&out](std::string_view field, std::string_view text) {
        out.append(",\"").append(field).append("\":");
        append_json_text(out, text);
    };
    add("time", m.time);
    add("event_id", letter_header(m, "Tidings-Event-Id"));
    add("endpoint", letter_endpoint(m));
    if (const auto fleet = letter_header(m, "Tidings-Fleet"); !fleet.empty()) add("fleet", fleet);
    add("attempts", letter_header(m, "Tidings-Attempts"));
    add("status", letter_header(m, "Tidings-Status"));
    add("error", letter_header(m, "Tidings-Error"));
    add("subject", letter_header(m, "Tidings-Subject"));
    append_event(out, m);
    out += '}';
}

}  // namespace tidings::broadcaster
