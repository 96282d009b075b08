#include "relay/outbox_window.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::uuid;

namespace {

outbox_event event(std::int64_t seq, const uuid& todo) {
    return {.seq = seq, .id = uuid::v7(), .todo_id = todo, .type = "t", .payload = "p"};
}

// What may be sent now, in order.
std::vector<std::int64_t> send_all(outbox_window& w) {
    std::vector<std::int64_t> sent;
    while (const auto* e = w.next())
        sent.push_back(e->seq);
    return sent;
}

using seqs = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("events of different to-dos are sent together, in order") {
    outbox_window w;
    w.add(event(3, uuid::v7()));
    w.add(event(1, uuid::v7()));
    w.add(event(2, uuid::v7()));
    CHECK(send_all(w) == seqs{1, 2, 3});
    CHECK(w.on_their_way() == 3);
}

TEST_CASE("only one event per to-do is in flight") {
    const auto a = uuid::v7();
    const auto b = uuid::v7();
    outbox_window w;
    w.add(event(1, a));
    w.add(event(2, a));
    w.add(event(3, b));
    w.add(event(4, a));
    CHECK(send_all(w) == seqs{1, 3});
    w.stored(1);
    CHECK(send_all(w) == seqs{2});
    CHECK(send_all(w).empty());
    w.stored(2);
    CHECK(send_all(w) == seqs{4});
}

TEST_CASE("a failed publish is sent again before its successors") {
    const auto a = uuid::v7();
    outbox_window w;
    w.add(event(1, a));
    w.add(event(2, a));
    CHECK(send_all(w) == seqs{1});
    w.failed(1);
    CHECK(send_all(w) == seqs{1});
    w.stored(1);
    CHECK(send_all(w) == seqs{2});
}

TEST_CASE("a late ack counts, even when a retry is due") {
    const auto a = uuid::v7();
    outbox_window w;
    w.add(event(1, a));
    w.add(event(2, a));
    send_all(w);
    w.failed(1);
    w.stored(1);
    CHECK(w.on_their_way() == 0);
    CHECK(send_all(w) == seqs{2});
    w.stored(1);
    w.failed(1);
    CHECK(w.stored_seqs() == seqs{1});
    CHECK(w.on_their_way() == 1);
}

TEST_CASE("stored events stay held until the outbox is cleared") {
    const auto a = uuid::v7();
    outbox_window w;
    w.add(event(1, a));
    send_all(w);
    w.stored(1);
    w.add(event(1, a));  // read again before the deletion
    CHECK(send_all(w).empty());
    CHECK(w.all_seqs() == seqs{1});
    w.forget({1});
    CHECK(w.size() == 0);
    CHECK(w.stored_seqs().empty());
}

TEST_CASE("an event stored during a clear is kept for the next one") {
    outbox_window w;
    w.add(event(1, uuid::v7()));
    w.add(event(2, uuid::v7()));
    send_all(w);
    w.stored(1);
    const auto deleting = w.stored_seqs();
    w.stored(2);
    w.forget(deleting);
    CHECK(w.stored_seqs() == seqs{2});
    CHECK(w.size() == 1);
}

TEST_CASE("an earlier event of the same to-do that arrives later goes first") {
    const auto a = uuid::v7();
    outbox_window w;
    w.add(event(5, a));
    w.add(event(4, a));
    CHECK(send_all(w) == seqs{4});
    w.stored(4);
    CHECK(send_all(w) == seqs{5});
}

TEST_CASE("acks from an earlier term as leader are ignored") {
    outbox_window w;
    w.add(event(1, uuid::v7()));
    send_all(w);
    w.clear();
    w.stored(1);
    w.failed(1);
    CHECK(w.size() == 0);
    CHECK(w.on_their_way() == 0);
    w.add(event(1, uuid::v7()));
    CHECK(send_all(w) == seqs{1});
}
