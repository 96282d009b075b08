#include "bus/link/server_urls.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

TEST_CASE("server URLs are parsed") {
    const auto list = parse_servers(" nats://a:4222 , tls://user:pw@b ,c:1");
    CHECK(list.urls == std::vector<std::string>{"nats://a:4222", "tls://user:pw@b", "nats://c:1"});
    CHECK(list.tls);
    CHECK_FALSE(parse_servers("nats://a").tls);
}

TEST_CASE("a bad server URL is reported without its login") {
    const auto text =
        GENERATE(as<std::string>(), "", " , ", "http://user:secret@host", "nats://user:secret@", "nats://",
                 "nats://user:secret@host:0", "nats://user:secret@host:99999", "nats://user:sec@ret @host");
    CAPTURE(text);
    try {
        parse_servers(text);
        FAIL("accepted");
    } catch (const std::invalid_argument& e) {
        CHECK(std::string(e.what()).find("sec") == std::string::npos);
    }
}

TEST_CASE("discovered servers get the login of the configured one") {
    const auto configured = parse_servers("tls://user:pw@a:1,b:2");
    CHECK(with_discovered(configured, {"nats://c:3", "nats://b:2", "nonsense"}) ==
          std::vector<std::string>{"tls://user:pw@a:1", "nats://b:2", "tls://user:pw@c:3"});
}

TEST_CASE("servers are shown without their logins") {
    CHECK(public_urls("nats://u:p%40ss@a:1, tls://token@b:2,c") == "nats://a:1,tls://b:2,nats://c");
}

}  // namespace tidings::bus
