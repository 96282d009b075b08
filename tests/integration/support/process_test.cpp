#include "support/process.hpp"

#include <unistd.h>

#include <csignal>
#include <set>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/process_tree.hpp"

using namespace tidings::support;

TEST_CASE("a child's exit code, environment and output are captured") {
    const temp_dir dir;
    process p({{"sh", "-c", "echo $GREETING; echo oops >&2; exit 3"}, {{"GREETING", "hello"}}, dir.path() / "log", {}});
    CHECK(p.wait() == 3);
    CHECK(p.output() == "hello\noops\n");
    CHECK_FALSE(p.running());
}

TEST_CASE("a child that cannot be executed fails immediately") {
    CHECK_THROWS_AS(process({{"/no/such/program"}, {}, {}, {}}), std::runtime_error);
    CHECK_THROWS_AS(process({{"no-such-program"}, {}, {}, {}}), std::runtime_error);
}

TEST_CASE("stop sends SIGTERM and reports how the child exited") {
    const temp_dir dir;
    process polite(
        {{"sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done"}, {}, dir.path() / "log", {}});
    REQUIRE(eventually([&] { return polite.output() == "ready\n"; }));
    CHECK(polite.stop() == 7);

    process deaf({{"sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.01; done"}, {}, dir.path() / "deaf", {}});
    REQUIRE(eventually([&] { return deaf.output() == "deaf\n"; }));
    CHECK(deaf.stop(std::chrono::milliseconds(50)) == std::nullopt);
    deaf.kill();
    CHECK(deaf.wait() == 128 + SIGKILL);
}

TEST_CASE("a child is killed by the destructor, and only once when moved") {
    pid_t pid = 0;
    {
        process first({{"sleep", "60"}, {}, {}, {}});
        pid = first.pid();
        process second = std::move(first);
        CHECK(second.running());
    }
    CHECK(::kill(pid, 0) == -1);
}

TEST_CASE("a child's own children end with it, however it ends") {
    const temp_dir dir;
    const auto* const script = GENERATE("sleep 60 & echo $!; wait", "sleep 60 & echo $!");
    process master({{"sh", "-c", script}, {}, dir.path() / "log", {}});
    REQUIRE(eventually([&] { return master.output().ends_with('\n'); }));
    const auto worker = static_cast<pid_t>(std::stol(master.output()));
    if (std::string(script).ends_with("wait")) {
        CHECK_FALSE(gone(worker));
        master.kill();
    }
    master.wait();
    CHECK(eventually([&] { return gone(worker); }));
}

TEST_CASE("free ports never repeat within a program") {
    std::set<std::uint16_t> seen;
    for (int i = 0; i < 200; ++i)
        seen.insert(free_port());
    CHECK(seen.size() == 200);
}

TEST_CASE("a temp_dir is deleted with its contents") {
    std::filesystem::path path;
    {
        const temp_dir dir;
        path = dir.path();
        std::filesystem::create_directories(path / "a" / "b");
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("eventually times out") {
    CHECK_FALSE(eventually([] { return false; }, std::chrono::milliseconds(30)));
    CHECK(eventually([n = 0]() mutable { return ++n == 3; }));
}
