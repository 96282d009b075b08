#include "bus/connection/inbox_router.hpp"

#include "support/catch.hpp"

namespace tidings::bus {

namespace {

struct router {
    inbox_router inboxes{"_INBOX.me."};
    std::vector<std::string> got;

    inbox_router::inbox_handler keep(const std::string& name, bool stays = true) {
        return [this, name, stays](message& m) {
            got.push_back(name + ":" + std::string(m.payload()));
            return stays;
        };
    }
    void send(const std::string& subject, const std::string& payload, const std::string& reply = {}) {
        inboxes.dispatch(make_message(subject, reply, {}, payload));
    }
};

constexpr auto delivered = "$JS.ACK.S.d.1.2.3.4.5";

}  // namespace

TEST_CASE("a reply goes to the inbox in its subject, with or without a suffix") {
    router r;
    const auto a = r.inboxes.open(r.keep("a")), b = r.inboxes.open(r.keep("b"));
    CHECK(a != b);
    CHECK(r.inboxes.wildcard() == "_INBOX.me.*");
    r.send(b, "1");
    r.send(a + "-17", "2");
    CHECK(r.got == std::vector<std::string>{"b:1", "a:2"});
}

TEST_CASE("an inbox ends when closed or when its handler says so") {
    router r;
    const auto once = r.inboxes.open(r.keep("once", false)), closed = r.inboxes.open(r.keep("closed"));
    r.send(once, "1");
    r.send(once, "2");
    r.inboxes.close(closed);
    r.send(closed, "3");
    CHECK(r.got == std::vector<std::string>{"once:1"});
}

TEST_CASE("a consumer's message is routed by its reply subject, not by its own") {
    router r;
    r.inboxes.bind("S.d", [&](message m) { r.got.push_back("d:" + std::string(m.subject())); });
    r.send("todos.events", "", delivered);
    r.send("todos.events", "", "$JS.ACK.hub.hash.S.d.1.2.3.4.5");
    r.send("todos.events", "", "$JS.ACK.S.other.1.2.3.4.5");
    CHECK(r.got == std::vector<std::string>{"d:todos.events", "d:todos.events"});
    r.inboxes.unbind("S.d");
    r.send("todos.events", "", delivered);
    CHECK(r.got.size() == 2);
}

TEST_CASE("binding a consumer again replaces its handler") {
    router r;
    r.inboxes.bind("S.d", [&](message) { r.got.emplace_back("old"); });
    r.inboxes.bind("S.d", [&](message) { r.got.emplace_back("new"); });
    r.send("s", "", delivered);
    CHECK(r.got == std::vector<std::string>{"new"});
}

TEST_CASE("a handler may remove itself, others, or all") {
    router r;
    std::string inbox;
    inbox = r.inboxes.open([&](message& m) {
        r.inboxes.close(inbox);
        r.inboxes.open(r.keep("later"));
        r.got.emplace_back(m.payload());
        return true;
    });
    r.send(inbox, "1");
    r.send(inbox, "2");
    r.inboxes.bind("S.d", [&](message m) {
        r.inboxes.clear();
        r.got.emplace_back(m.payload());
    });
    r.send("s", "3", delivered);
    r.send("s", "4", delivered);
    CHECK(r.got == std::vector<std::string>{"1", "3"});
}

TEST_CASE("a message without a handler is dropped") {
    router r;
    const auto subject = GENERATE(as<std::string>(), "_INBOX.me.9", "_INBOX.me.x", "_INBOX.me.", "_INBOX.other.1", "a",
                                  "_INBOX.me.99999999999999999999999");
    const auto inbox = r.inboxes.open(r.keep("one"));
    r.send(subject, "lost");
    CHECK(r.got.empty());
}

}  // namespace tidings::bus
