// What is kept in JetStream about past deliveries, read for the API: attempts and dead letters.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "bus/jetstream.hpp"
#include "http/message.hpp"

namespace tidings::broadcaster {

struct page {
    std::uint64_t cursor = 0;  // 0: from the end that is natural for the list
    std::size_t limit = 50;    // 1..200
    std::string endpoint;      // empty: all
};

// Reads `limit`, `endpoint` and the cursor, which the list calls `cursor_name`.
boost::system::result<page> parse_page(const http::request& r, std::string_view cursor_name);
std::optional<std::uint64_t> parse_sequence(std::string_view text);

// {"items":[...],"before":<cursor>|null}: newest first, some batches of records at a time.
runtime::task<bus::result<boost::json::object>> attempts_before(bus::connection& c, page p);
// {"items":[...],"after":<cursor>|null}: oldest first.
runtime::task<bus::result<boost::json::object>> dead_letters_after(bus::connection& c, page p);
// Publishes the event once more, for its endpoint only, under its old webhook-id; then removes the dead letter.
runtime::task<bus::result<boost::json::object>> replay_dead_letter(bus::connection& c, std::uint64_t sequence);

// 200 with the object; 404; 503 with Retry-After when NATS does not answer.
http::response to_response(const bus::result<boost::json::object>& r);

}  // namespace tidings::broadcaster
