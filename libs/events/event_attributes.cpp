#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>

#include "events/cloud_event.hpp"

namespace tidings::events {

namespace {

namespace json = boost::json;
using error_code = boost::system::error_code;

constexpr std::size_t longest = 0x7fffffff;  // NATS takes no message that is longer
constexpr std::size_t deepest_event = 500;   // the parser takes stack for each level
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Keeps the attributes of the outermost object and skips everything else: no document is built, so that a large or
// hostile event costs no memory.
class attribute_collector {
  public:
    static constexpr std::size_t max_object_size = longest;
    static constexpr std::size_t max_array_size = longest;
    static constexpr std::size_t max_key_size = longest;
    static constexpr std::size_t max_string_size = longest;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return ++depth_ > 0; }
    bool on_object_end(std::size_t, error_code&) { return depth_-- > 0; }
    bool on_array_begin(error_code& ec) { return ++depth_ == 1 ? not_an_object(ec) : true; }
    bool on_array_end(std::size_t, error_code&) { return depth_-- > 0; }

    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        if (depth_ == 1) key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        if (depth_ != 1) return true;
        key_.append(part.data(), part.size());
        target_ = target_of(key_);
        key_.clear();
        if (target_) target_->clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_string(json::string_view part, std::size_t, error_code& ec) { return scalar(ec) && keep(part); }
    bool on_number_part(json::string_view part, error_code&) { return keep(part); }
    bool on_int64(std::int64_t, json::string_view part, error_code& ec) { return scalar(ec) && keep(part); }
    bool on_uint64(std::uint64_t, json::string_view part, error_code& ec) { return scalar(ec) && keep(part); }
    bool on_double(double, json::string_view part, error_code& ec) { return scalar(ec) && keep(part); }
    bool on_bool(bool, error_code& ec) { return scalar(ec); }
    bool on_null(error_code& ec) { return scalar(ec); }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    event_attributes found;

  private:
    static bool not_an_object(error_code& ec) {
        ec = json::make_error_code(json::error::not_object);
        return false;
    }
    bool scalar(error_code& ec) const { return depth_ > 0 || not_an_object(ec); }

    bool keep(json::string_view part) {
        if (depth_ == 1 && target_) target_->append(part.data(), part.size());
        return true;
    }

    std::string* target_of(std::string_view key) {
        if (key == "id") return &found.id;
        if (key == "source") return &found.source;
        if (key == "type") return &found.type;
        if (key == "subject") return &found.subject;
        if (key == "partitionkey") return &found.partitionkey;
        if (key == "sequence") return &found.sequence;
        if (key == "traceparent") return &found.traceparent;
        return nullptr;
    }

    int depth_ = 0;
    std::string key_;
    std::string* target_ = nullptr;
};

}  // namespace

boost::system::result<event_attributes> parse_attributes(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    json::parse_options options;
    options.max_depth = deepest_event;
    options.allow_invalid_utf8 = true;  // another publisher's data
    json::basic_parser<attribute_collector> parser(options);
    error_code failure;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), failure);
    if (failure) return failure;
    if (used < text.size()) return json::make_error_code(json::error::extra_data);
    return std::move(parser.handler().found);
}

}  // namespace tidings::events
