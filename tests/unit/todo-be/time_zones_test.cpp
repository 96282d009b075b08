#include "domain/time_zones.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;

TEST_CASE("time zones have the names of the IANA database") {
    for (const auto* name :
         {"Africa/Abidjan", "Europe/Berlin", "Europe/Kyiv", "Europe/Kiev", "America/Argentina/Ushuaia",
          "America/Port-au-Prince", "Etc/GMT+12", "UTC", "EST5EDT", "Zulu", "America/Coyhaique"}) {
        INFO(name);
        CHECK(is_time_zone(name));
    }
    for (const auto* name : {"", " ", "Europe", "Berlin", "Europe/", "Europe/Berln", "europe/berlin", "Europe/Berlin ",
                             "+01:00", "CEST", "Factory", "UTC UTC", "Africa/Abidjan\nAfrica/Accra", "GM"}) {
        INFO(name);
        CHECK_FALSE(is_time_zone(name));
    }
}
