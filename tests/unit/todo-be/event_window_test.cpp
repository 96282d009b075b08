// The latest events, held once for all streams.
#include "feed/event_window.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

event_frames event(std::int64_t seq) { return frames_of({seq, "t", "{}"}); }
const std::size_t size = event(1).sent_event->size();

event_window filled(std::size_t most, std::initializer_list<std::int64_t> seqs) {
    event_window w(most);
    w.start(0);
    for (const auto seq : seqs)
        w.add(event(seq));
    return w;
}

}  // namespace

TEST_CASE("an event has one form for each kind of stream") {
    const auto f = frames_of({12, "io.tidings.todo.created.v1", R"({"a":1})"});
    CHECK(*f.sent_event == "id: 12\nevent: io.tidings.todo.created.v1\ndata: {\"a\":1}\n\n");
    CHECK(*f.message == R"({"id":"12","event":"io.tidings.todo.created.v1","data":{"a":1}})");
    CHECK(position_message(12) == R"({"id":"12"})");
}

TEST_CASE("a window covers what it holds and its end") {
    auto w = filled(1'000, {3, 4, 7});
    for (const auto position : {0, 2, 3, 5, 7})
        CHECK(w.covers(position));
    CHECK_FALSE(w.covers(8));
    CHECK(w.bytes_behind(0) == 3 * size);
    CHECK(w.bytes_behind(4) == size);
    CHECK(w.bytes_behind(5) == size);
    CHECK(w.bytes_behind(7) == 0);
    CHECK(w.next(4)->seq == 7);
    CHECK(w.next(7) == nullptr);
}

TEST_CASE("the oldest events leave a window that is full") {
    auto w = filled(2 * size, {1, 2, 3, 4});
    CHECK(w.begin() == 2);
    CHECK_FALSE(w.covers(1));
    CHECK(w.covers(2));
    CHECK(w.bytes_behind(2) == 2 * size);
    CHECK(w.bytes_behind(3) == size);
    auto tiny = filled(1, {1, 2});
    CHECK(tiny.covers(1));
    CHECK(tiny.next(1)->seq == 2);
}

TEST_CASE("streams at the same place share the same bytes") {
    auto w = filled(1'000, {1, 2, 3});
    const auto first = w.take(1, 1'000).bytes;
    CHECK(*first == *event(2).sent_event + *event(3).sent_event);
    CHECK(w.take(1, 1'000).bytes == first);
    CHECK(w.take(1, 1'000).last == 3);
    CHECK(w.take(1, 1'000).events == 2);
    CHECK(w.take(2, 1'000).bytes == w.next(2)->sent_event);
    w.add(event(4));
    CHECK(w.take(1, 1'000).last == 4);
}

TEST_CASE("a piece ends with the event that reaches its size") {
    auto w = filled(1'000, {1, 2, 3});
    CHECK(w.take(0, size).last == 1);
    CHECK(w.take(1, size + 1).last == 3);
}

TEST_CASE("a window that starts anew holds nothing") {
    auto w = filled(1'000, {1, 2});
    w.take(0, 1'000);
    w.start(9);
    CHECK_FALSE(w.covers(2));
    CHECK(w.covers(9));
    CHECK(w.bytes_behind(9) == 0);
    w.add(event(11));
    CHECK(w.take(9, 1'000).last == 11);
    CHECK(w.bytes_behind(9) == event(11).sent_event->size());
}

TEST_CASE("a reader of one owner's events passes over those of others") {
    event_window w(1'000);
    w.start(0);
    const user_id mine{7}, others{8};
    const auto add = [&](std::int64_t seq, user_id owner) { w.add(frames_of({seq, "t", "{}", owner})); };
    add(1, others);
    add(2, mine);
    add(4, others);
    add(5, mine);
    add(6, others);
    CHECK(w.without_others(0, mine) == 1);
    CHECK(w.without_others(1, mine) == 1);
    CHECK(w.without_others(2, mine) == 4);
    CHECK(w.without_others(5, mine) == 6);
    CHECK(w.without_others(6, mine) == 6);
    CHECK(w.without_others(0, user_id{9}) == 6);
    CHECK(w.without_others(6, others) == 6);
    const auto& piece = w.take(1, 1'000, mine);
    CHECK(*piece.bytes == *event(2).sent_event + *event(5).sent_event);
    CHECK(piece.last == 5);
    CHECK(*w.take(2, 1'000, others).bytes == *event(4).sent_event + *event(6).sent_event);
    CHECK(w.take(1, 1'000, mine).events == 2);
}
