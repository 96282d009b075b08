#include "bus/connection/no_responders.hpp"

#include "support/catch.hpp"

namespace tidings::bus {

TEST_CASE("a status between the two probes of a request belongs to it") {
    no_responders n("_INBOX.me.1");
    CHECK_FALSE(n.on_probe(n.probe_before()));
    n.on_status();
    CHECK(n.on_probe(n.probe_after("_INBOX.me.7-3")) == "_INBOX.me.7-3");
}

TEST_CASE("a request with responders has no status") {
    no_responders n("_INBOX.me.1");
    CHECK_FALSE(n.on_probe(n.probe_before()));
    CHECK_FALSE(n.on_probe(n.probe_after("_INBOX.me.7")));
}

TEST_CASE("a status from before a request does not belong to it") {
    no_responders n("_INBOX.me.1");
    n.on_status();
    CHECK_FALSE(n.on_probe(n.probe_before()));
    CHECK_FALSE(n.on_probe(n.probe_after("_INBOX.me.7")));
}

TEST_CASE("consecutive requests each have their own status") {
    no_responders n("_INBOX.me.1");
    n.on_probe(n.probe_before());
    n.on_status();
    CHECK(n.on_probe(n.probe_after("_INBOX.me.7")) == "_INBOX.me.7");
    n.on_probe(n.probe_before());
    CHECK_FALSE(n.on_probe(n.probe_after("_INBOX.me.8")));
    n.on_probe(n.probe_before());
    n.on_status();
    CHECK(n.on_probe(n.probe_after("_INBOX.me.9")) == "_INBOX.me.9");
}

TEST_CASE("probes stay within the inboxes of the connection") {
    no_responders n("_INBOX.me.1");
    CHECK(n.probe_before() == "_INBOX.me.1");
    CHECK(n.probe_after("_INBOX.me.42-7") == "_INBOX.me.1-42-7");
}

}  // namespace tidings::bus
