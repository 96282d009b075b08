#include <string_view>

#include "http/client/address_policy.hpp"
#include "support/catch.hpp"

using boost::asio::ip::make_address;
using tidings::http::is_public_address;

namespace {

// A private network: its two ends, and its neighbours below and above. A private neighbour is left out.
struct network {
    const char* below;
    const char* first;
    const char* last;
    const char* above;
};

}  // namespace

TEST_CASE("a private network is closed from end to end and its neighbours are open") {
    const network rows[] = {
        {nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
        {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
        {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
        {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
        {"168.63.129.15", "168.63.129.16", "168.63.129.16", "168.63.129.17"},
        {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
        {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
        {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
        {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
        {"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"},
        {"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"},
        {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
        {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
        {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"},
        {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
        {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
        {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
        {"223.255.255.255", "224.0.0.0", "255.255.255.255", nullptr},
        {nullptr, "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
        {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
        {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db9::"},
        {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
        {"2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
         "2620:4f:8001::"},
        {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
        {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr},
    };
    for (const auto& [below, first, last, above] : rows) {
        INFO(first);
        CHECK_FALSE(is_public_address(make_address(first)));
        CHECK_FALSE(is_public_address(make_address(last)));
        if (below != nullptr) CHECK(is_public_address(make_address(below)));
        if (above != nullptr) CHECK(is_public_address(make_address(above)));
    }
}

TEST_CASE("no IPv6 form of a private address is allowed") {
    const char* const rows[] = {
        "::1",                 // loopback
        "::127.0.0.1",         // compatible
        "::ffff:127.0.0.1",    // mapped
        "::ffff:8.8.8.8",      // mapped: the address has its own form
        "::ffff:0:127.0.0.1",  // translated (SIIT)
        "::1:2:3",             // unassigned
        "64:ff9b::7f00:1",     // NAT64
        "64:ff9b::808:808",
        "64:ff9b:1::a00:1",
        "100::1",        // discard
        "100:0:0:1::1",  // dummy prefix
        "1000::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  // Teredo
        "2001:1::1",                             // port control, anycast
        "2001:2::1",                             // benchmarking
        "2001:3::1",                             // AMT
        "2001:4:112::1",                         // AS112
        "2001:10::1",                            // ORCHID
        "2001:20::1",                            // ORCHIDv2
        "2001:30::1",                            // drone identifiers
        "2002:7f00:1::",                         // 6to4 to 127.0.0.1
        "2002:a9fe:a9fe::",                      // 6to4 to 169.254.169.254
        "4000::1",
        "5f00::1",  // segment routing
        "8000::1",
        "e000::1",
        "fc00::1",
        "fd00:ec2::254",  // metadata of EC2
        "fd20:ce::254",   // metadata of Google's cloud
        "fe80::1",
        "fe80::1%1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    };
    for (const auto* text : rows) {
        INFO(text);
        CHECK_FALSE(is_public_address(make_address(text)));
    }
}

TEST_CASE("addresses of the open Internet are public") {
    const char* const rows[] = {
        "1.1.1.1",      "8.8.8.8",         "91.198.174.192", "168.63.128.16",      "192.0.78.1",
        "2606:4700::1", "2001:4860::8888", "2a02:ec80::1",   "2620:0:861:ed1a::1", "2001:67c:930::1",
    };
    for (const auto* text : rows) {
        INFO(text);
        CHECK(is_public_address(make_address(text)));
    }
}
