#include "http/address_policy.hpp"
#include "support/catch.hpp"

using boost::asio::ip::make_address;
using tidings::http::is_public_address;

TEST_CASE("addresses inside one's own walls are not public") {
    const char* const rows[] = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    };
    for (const auto* text : rows) {
        INFO(text);
        CHECK_FALSE(is_public_address(make_address(text)));
    }
}

TEST_CASE("addresses of the open Internet are public, also next to closed ranges") {
    const char* const rows[] = {
        "1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",    "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0",       "169.253.0.1",     "169.255.0.1", "172.15.0.1",     "172.32.0.1",
        "192.0.1.1",       "192.167.255.255", "192.169.0.0",     "198.17.0.1",  "198.20.0.1",     "223.255.255.1",
        "2606:4700::1",    "2a00::1",         "2001:4860::8888", "2003::1",     "fbff::1",
    };
    for (const auto* text : rows) {
        INFO(text);
        CHECK(is_public_address(make_address(text)));
    }
}
