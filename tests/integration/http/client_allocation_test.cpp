// Allocations per exchange: see docs/adr/0028.
#include <cstdlib>
#include <new>

#include "client_caller.hpp"
#include "client_peer.hpp"
#include "support/catch.hpp"

namespace {

// Of this thread: the peer has its own.
thread_local std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t bytes) {
    ++allocations;
    if (void* memory = std::malloc(bytes)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace tidings::test;

namespace {

// Sends `left` requests, one after the other.
struct sender {
    tidings::http::origin& origin;
    int left;

    void send() {
        --left;
        origin.send(a_post, 10s, [this](const tidings::http::reply& r) {
            REQUIRE_FALSE(r.status != 200);
            if (left > 0) send();
        });
    }
};

}  // namespace

TEST_CASE("an exchange on an open connection allocates nothing") {
    peer p([](peer_connection& c, int) {
        while (!c.read_request().empty())
            c.send(ok_response);
    });
    caller client(p.url());
    std::vector<sender> senders(8, sender{*client.origin, 0});
    const auto run = [&](int each) {
        for (auto& s : senders) {
            s.left = each;
            s.send();
        }
        while (client.origin->in_flight() != 0)
            client.ctx.run_one();
    };
    run(50);  // connections are opened, buffers grow
    allocations = 0;
    CHECK(std::make_unique<int>() != nullptr);
    REQUIRE(allocations > 0);  // it counts
    allocations = 0;
    run(100);
    const auto counted = allocations;
    CHECK(counted == 0);
    CHECK(p.accepted() == 8);
}
