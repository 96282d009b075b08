// What everything that delivers from streams works with; borrowed from the app.
#pragma once

#include <cstddef>
#include <memory>

#include "bus/connection/connection.hpp"
#include "delivery/line_links.hpp"
#include "delivery/reader_seats.hpp"
#include "domain/standstill.hpp"

namespace tidings::broadcaster {

struct share_links {
    line_links line;
    bus::connection& bus;  // what is read
    reader_seats seats{};
    standstill awake{std::chrono::milliseconds(200), runtime::now()};  // four ticks of the fleet
    // Events that are being fetched without a reader: they are not in hand yet, and may be of the largest.
    std::shared_ptr<std::size_t> fetching = std::make_shared<std::size_t>(0);
};

}  // namespace tidings::broadcaster
