// What Boost.JSON's parser calls for each part of a document. It builds the document as Boost.JSON's own parser does,
// and takes numbers exactly: its own may be off in the last digit. The names are Boost's.
#pragma once

#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tidings::text {

struct json_builder {
    using text = boost::json::string_view;
    using failure = boost::json::error_code;

    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    explicit json_builder(boost::json::storage_ptr memory) { stack.reset(std::move(memory)); }

    boost::json::value_stack stack;
    std::size_t members = 0;  // of all objects, as they are written: a key that is there twice counts twice

    bool on_object_end(std::size_t n, failure&) {
        members += n;
        stack.push_object(n);
        return true;
    }
    bool on_array_end(std::size_t n, failure&) {
        stack.push_array(n);
        return true;
    }
    bool on_key_part(text part, std::size_t, failure&) { return on_part(part); }
    bool on_key(text last, std::size_t, failure&) {
        stack.push_key(last);
        return true;
    }
    bool on_string_part(text part, std::size_t, failure&) { return on_part(part); }
    bool on_string(text last, std::size_t, failure&) {
        stack.push_string(last);
        return true;
    }
    bool on_int64(std::int64_t value, text, failure&) {
        stack.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, text, failure&) {
        stack.push_uint64(value);
        return true;
    }
    bool on_double(double value, text digits, failure&) {
        const char* const end = digits.data() + digits.size();
        double exact = 0;
        const auto [rest, wrong] = std::from_chars(digits.data(), end, exact);
        stack.push_double(wrong == std::errc() && rest == end ? exact : value);
        return true;
    }
    bool on_bool(bool value, failure&) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(failure&) {
        stack.push_null();
        return true;
    }

    static bool on_document_begin(failure&) { return true; }
    static bool on_document_end(failure&) { return true; }
    static bool on_object_begin(failure&) { return true; }
    static bool on_array_begin(failure&) { return true; }
    static bool on_number_part(text, failure&) { return true; }
    static bool on_comment_part(text, failure&) { return true; }
    static bool on_comment(text, failure&) { return true; }

  private:
    bool on_part(text part) {
        stack.push_chars(part);
        return true;
    }
};

// Of all objects in `v`, each key once: fewer than json_builder::members when an object repeats a key. Pre: the depth
// of `v` is bounded.
std::size_t count_members(const boost::json::value& v);

}  // namespace tidings::text
