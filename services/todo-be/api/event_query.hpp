// What a request asks of the change feed.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/errc.hpp"
#include "http/message/request.hpp"

namespace tidings::todo_be {

inline constexpr std::int64_t longest_event_page = 1'000;

enum class event_form { page, stream };

// By Accept; a client without a preference gets a page. Fails with not_acceptable.
result<event_form> form_of(const http::request& r);

struct event_query {
    std::optional<std::int64_t> after;  // Last-Event-ID, with which a client comes back, counts more than ?after=
    std::int64_t limit = 100;
};
// `limit` is known only of a page. Fails with query_invalid (then see `wrong`) and last_event_id_invalid.
result<event_query> read_event_query(const http::request& r, event_form form, violations& wrong);

}  // namespace tidings::todo_be
