#include "bus/connection/server_watcher.hpp"

#include <boost/asio/io_context.hpp>

#include "support/catch.hpp"

namespace tidings::bus {

namespace {

using namespace std::chrono_literals;

struct questions {
    std::vector<std::string> asked;
    std::function<void()> on_asked;
};

runtime::task<server_watcher::answer> answer_to(questions& q, std::string subject) {
    q.asked.push_back(std::move(subject));
    q.on_asked();
    co_return make_message("_INBOX.x", "", {}, "{}");
}

}  // namespace

TEST_CASE("a watcher that was stopped while its question was under way asks no other") {
    for (const bool stopped : {false, true}) {
        CAPTURE(stopped);
        runtime::asio::io_context loop(1);
        questions q;
        const server_watcher::link link{[] { return true; },
                                        [&q](std::string subject, std::chrono::milliseconds,
                                             std::chrono::milliseconds) { return answer_to(q, std::move(subject)); },
                                        [](const std::string&) {}, [] { return std::string(); },
                                        [](const std::string&) {}};
        const auto watcher = std::make_shared<server_watcher>(loop, link, "TODOS");
        q.on_asked = [&] {
            if (stopped || q.asked.size() == 2) watcher->stop();
        };
        watcher->start();
        loop.run_for(20s);  // ends when nothing is left on it
        CHECK(q.asked.size() == (stopped ? 1 : 2));
        CHECK(q.asked.front() == "$JS.API.INFO");
    }
}

}  // namespace tidings::bus
