#include "api/json_keys.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <unordered_set>

namespace tidings::todo_be {

namespace {

namespace json = boost::json;
using text = json::string_view;
using failure = json::error_code;

// What Boost.JSON's parser calls; the names are its own.
struct key_reader {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    std::size_t depth = 0;
    std::string key;
    std::string repeated;
    std::unordered_set<std::string> seen;

    bool on_object_begin(failure&) { return ++depth != 0; }
    bool on_object_end(std::size_t, failure&) {
        --depth;
        return true;
    }
    bool on_array_begin(failure&) { return ++depth != 0; }
    bool on_array_end(std::size_t, failure&) {
        --depth;
        return true;
    }
    bool on_key_part(text part, std::size_t, failure&) {
        if (depth == 1) key += std::string_view(part.data(), part.size());
        return true;
    }
    bool on_key(text part, std::size_t n, failure& f) {
        on_key_part(part, n, f);
        if (depth == 1 && repeated.empty() && !seen.insert(key).second) repeated = key;
        key.clear();
        return true;
    }

    static bool on_document_begin(failure&) { return true; }
    static bool on_document_end(failure&) { return true; }
    static bool on_string_part(text, std::size_t, failure&) { return true; }
    static bool on_string(text, std::size_t, failure&) { return true; }
    static bool on_number_part(text, failure&) { return true; }
    static bool on_int64(std::int64_t, text, failure&) { return true; }
    static bool on_uint64(std::uint64_t, text, failure&) { return true; }
    static bool on_double(double, text, failure&) { return true; }
    static bool on_bool(bool, failure&) { return true; }
    static bool on_null(failure&) { return true; }
    static bool on_comment_part(text, failure&) { return true; }
    static bool on_comment(text, failure&) { return true; }
};

}  // namespace

std::string repeated_key(std::string_view document) {
    json::basic_parser<key_reader> parser(json::parse_options{});
    failure ignored;  // the document is well-formed
    parser.write_some(false, document.data(), document.size(), ignored);
    return std::move(parser.handler().repeated);
}

}  // namespace tidings::todo_be
