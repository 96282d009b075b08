#include "http/server/client_address.hpp"

#include "support/catch.hpp"

using namespace tidings::http;

namespace {

std::vector<network> networks(std::vector<const char*> texts) {
    std::vector<network> all;
    for (const auto* text : texts)
        all.push_back(parse_network(text).value());
    return all;
}

std::string client_of(const char* peer, std::vector<const char*> forwarded, const std::vector<network>& proxies) {
    request r;
    r.peer = peer;
    for (const auto* line : forwarded)
        r.headers.emplace_back("x-forwarded-for", line);
    return client_address(r, proxies).to_string();
}

}  // namespace

TEST_CASE("what an untrusted peer says of others does not count") {
    CHECK(client_of("192.0.2.1:5000", {"10.0.0.1"}, {}) == "192.0.2.1");
    CHECK(client_of("192.0.2.1:5000", {"10.0.0.1"}, networks({"10.0.0.0/8"})) == "192.0.2.1");
    CHECK(client_of("[2001:db8::1]:5000", {"10.0.0.1"}, networks({"10.0.0.0/8"})) == "2001:db8::1");
}

TEST_CASE("of what trusted proxies say the last that is no proxy counts") {
    const auto proxies = networks({"10.0.0.0/8", "fd00::/8", "127.0.0.1"});
    CHECK(client_of("10.1.2.3:80", {"203.0.113.9"}, proxies) == "203.0.113.9");
    CHECK(client_of("10.1.2.3:80", {"203.0.113.9, 10.9.9.9"}, proxies) == "203.0.113.9");
    CHECK(client_of("127.0.0.1:80", {"6.6.6.6, 203.0.113.9", "fd00::1 ,\t10.9.9.9"}, proxies) == "203.0.113.9");
    CHECK(client_of("10.1.2.3:80", {"6.6.6.6, 203.0.113.9:4711"}, proxies) == "203.0.113.9");
    CHECK(client_of("10.1.2.3:80", {"6.6.6.6, [2001:db8::9]:4711"}, proxies) == "2001:db8::9");
    CHECK(client_of("10.1.2.3:80", {"6.6.6.6, 2001:db8::9"}, proxies) == "2001:db8::9");
    CHECK(client_of("[::ffff:10.1.2.3]:80", {"::ffff:203.0.113.9"}, proxies) == "203.0.113.9");
}

TEST_CASE("where the list ends or is not understood the last proxy counts") {
    const auto proxies = networks({"10.0.0.0/8"});
    CHECK(client_of("10.1.2.3:80", {}, proxies) == "10.1.2.3");
    CHECK(client_of("10.1.2.3:80", {"10.4.4.4"}, proxies) == "10.4.4.4");
    CHECK(client_of("10.1.2.3:80", {"203.0.113.9, unknown"}, proxies) == "10.1.2.3");
    CHECK(client_of("10.1.2.3:80", {"203.0.113.9,"}, proxies) == "10.1.2.3");
    CHECK(client_of("10.1.2.3:80", {"[2001:db8::9"}, proxies) == "2001:db8::9");
}

TEST_CASE("a network is an address with the length of its prefix, or one address") {
    for (const auto* text : {"10.0.0.0/8", "10.1.2.3", "10.1.2.3/8", "0.0.0.0/0", "::/0", "fd00::/8", "::1"}) {
        INFO(text);
        CHECK(parse_network(text));
    }
    for (const auto* text : {"", "10.0.0.0/33", "10.0.0/8", "a.example", "10.0.0.0/", "10.0.0.0/-1", "::/129", "/8"}) {
        INFO(text);
        CHECK_FALSE(parse_network(text));
    }
}
