// What everything that delivers from streams works with; borrowed from the app.
#pragma once

#include "bus/connection/connection.hpp"
#include "delivery/hands.hpp"
#include "delivery/line_links.hpp"
#include "domain/replay_seals.hpp"

namespace tidings::broadcaster {

struct share_links {
    line_links line;
    bus::connection& bus;  // what is read
    replay_seals& seals;
    hands in_hand;
};

}  // namespace tidings::broadcaster
