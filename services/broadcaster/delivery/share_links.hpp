// What everything that delivers from streams works with; borrowed from the app.
#pragma once

#include "bus/connection/connection.hpp"
#include "delivery/line_links.hpp"
#include "delivery/reader_seats.hpp"

namespace tidings::broadcaster {

struct share_links {
    line_links line;
    bus::connection& bus;  // what is read
    reader_seats seats{};
};

}  // namespace tidings::broadcaster
