#include "api/json_keys.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;
using text_part = json::string_view;
using failure = json::error_code;

// An object or array that has begun and not ended.
struct level {
    bool is_array;
    std::size_t index = 0;                      // of the element to come
    std::string key = {};                       // of the member to come
    std::unordered_set<std::string> seen = {};  // before it

    std::string pointer() const { return is_array ? '/' + std::to_string(index) : text::json_pointer_to(key); }
};

// What Boost.JSON's parser calls; the names are its own.
struct key_reader {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    std::vector<level> open;
    std::string key;
    std::string repeated;

    bool on_object_begin(failure&) { return begin(false); }
    bool on_object_end(std::size_t, failure&) { return end(); }
    bool on_array_begin(failure&) { return begin(true); }
    bool on_array_end(std::size_t, failure&) { return end(); }
    bool on_key_part(text_part part, std::size_t, failure&) {
        key += std::string_view(part.data(), part.size());
        return true;
    }
    bool on_key(text_part part, std::size_t n, failure& f) {
        on_key_part(part, n, f);
        auto& in = open.back();
        in.key = std::exchange(key, {});
        if (!repeated.empty() || in.seen.insert(in.key).second) return true;
        for (const auto& l : open)
            repeated += l.pointer();
        return true;
    }
    bool on_string(text_part, std::size_t, failure&) { return value(); }
    bool on_int64(std::int64_t, text_part, failure&) { return value(); }
    bool on_uint64(std::uint64_t, text_part, failure&) { return value(); }
    bool on_double(double, text_part, failure&) { return value(); }
    bool on_bool(bool, failure&) { return value(); }
    bool on_null(failure&) { return value(); }

    static bool on_document_begin(failure&) { return true; }
    static bool on_document_end(failure&) { return true; }
    static bool on_string_part(text_part, std::size_t, failure&) { return true; }
    static bool on_number_part(text_part, failure&) { return true; }
    static bool on_comment_part(text_part, failure&) { return true; }
    static bool on_comment(text_part, failure&) { return true; }

  private:
    bool begin(bool array) {
        open.push_back({.is_array = array});
        return true;
    }
    bool end() {
        open.pop_back();
        return value();
    }
    bool value() {
        if (!open.empty()) ++open.back().index;
        return true;
    }
};

}  // namespace

std::string repeated_key(std::string_view document) {
    json::basic_parser<key_reader> parser(json::parse_options{});
    failure ignored;  // the document is well-formed
    parser.write_some(false, document.data(), document.size(), ignored);
    return std::move(parser.handler().repeated);
}

}  // namespace tidings::todo_be
