// What everything that delivers from streams works with; borrowed from the app.
#pragma once

#include <cstddef>
#include <memory>

#include "bus/connection/connection.hpp"
#include "delivery/line_links.hpp"
#include "delivery/reader_seats.hpp"

namespace tidings::broadcaster {

struct share_links {
    line_links line;
    bus::connection& bus;  // what is read
    reader_seats seats{};
    // Events that are being fetched without a reader: they are not in hand yet, and may be of the largest.
    std::shared_ptr<std::size_t> fetching = std::make_shared<std::size_t>(0);
};

}  // namespace tidings::broadcaster
