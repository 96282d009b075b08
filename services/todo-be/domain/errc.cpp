#include "domain/errc.hpp"

namespace tidings::todo_be {

namespace {

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "todo-be"; }
    std::string message(int value) const override { return describe(static_cast<errc>(value)); }
};

}  // namespace

const char* describe(errc e) {
    switch (e) {
        case errc::body_not_json:
            return "the body is not valid JSON in UTF-8";
        case errc::body_too_deep:
            return "the body is nested deeper than 16 levels";
        case errc::body_not_object:
            return "the body must be a JSON object";
        case errc::fields_invalid:
            return "the to-do is not valid; see errors";
        case errc::media_type_unsupported:
            return "this Content-Type is not supported here";
        case errc::unknown_field:
            return "unknown field; known are title, done, order, due, priority, labels";
        case errc::title_missing:
            return "is required";
        case errc::not_text:
            return "must be a string";
        case errc::not_boolean:
            return "must be true or false";
        case errc::not_list:
            return "must be an array of strings";
        case errc::title_empty:
            return "must not be empty or only white space";
        case errc::title_too_long:
            return "must not be longer than 140 characters";
        case errc::text_not_utf8:
            return "must be valid UTF-8";
        case errc::text_control:
            return "must not contain control characters";
        case errc::order_invalid:
            return "must be a whole number from 0 to 9007199254740991, or null";
        case errc::due_invalid:
            return "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z, or null";
        case errc::priority_unknown:
            return "must be one of none, low, medium, high";
        case errc::labels_too_many:
            return "must not hold more than 20 labels";
        case errc::label_empty:
            return "must not be empty or only white space";
        case errc::label_too_long:
            return "must not be longer than 40 characters";
        case errc::label_repeated:
            return "is there already";
        case errc::query_invalid:
            return "the query is not valid; see errors";
        case errc::unknown_parameter:
            return "unknown parameter; known are limit, cursor, done";
        case errc::limit_invalid:
            return "must be a whole number from 1 to 100";
        case errc::cursor_invalid:
            return "must be the value of `next` of an earlier page";
        case errc::done_invalid:
            return "must be true or false";
        case errc::idempotency_key_invalid:
            return "Idempotency-Key must be 1 to 255 printable ASCII characters";
        case errc::not_found:
            return "there is no to-do with this id";
        case errc::version_mismatch:
            return "the to-do has changed: If-Match names another version; read it again";
        case errc::idempotency_key_reused:
            return "this Idempotency-Key was used before with another body";
    }
    return "unknown error";
}

const boost::system::error_category& todo_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), todo_category()}; }

}  // namespace tidings::todo_be
