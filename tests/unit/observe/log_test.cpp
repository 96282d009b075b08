#include "observe/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace tidings;

namespace {

// Redirects standard output into a pipe while it exists.
class captured_output {
  public:
    captured_output() : saved_(::dup(STDOUT_FILENO)) {
        REQUIRE(::pipe(ends_) == 0);
        ::dup2(ends_[1], STDOUT_FILENO);
        ::close(ends_[1]);
    }
    ~captured_output() {
        restore();
        ::close(ends_[0]);
    }
    std::string text() {
        restore();
        std::string out;
        char part[4096];
        for (ssize_t n = 0; (n = ::read(ends_[0], part, sizeof part)) > 0;)
            out.append(part, static_cast<std::size_t>(n));
        return out;
    }
    void make_non_blocking() { ::fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK); }

  private:
    void restore() {
        if (saved_ < 0) return;
        ::dup2(saved_, STDOUT_FILENO);
        ::close(saved_);
        saved_ = -1;
    }
    int saved_;
    int ends_[2]{};
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

}  // namespace

TEST_CASE("lines below the level are not written") {
    captured_output out;
    log::setup("test", "WARN", "json");
    log::debug("d");
    log::info("i");
    log::warn("w");
    log::error("e", {{"error", "x"}});
    const auto lines = lines_of(out.text());
    REQUIRE(lines.size() == 2);
    CHECK(boost::json::parse(lines[0]).at("msg").as_string() == "w");
    CHECK(boost::json::parse(lines[1]).at("service").as_string() == "test");
    CHECK(log::enabled(log::level::warn));
    CHECK_FALSE(log::enabled(log::level::info));
}

TEST_CASE("text format is human-readable") {
    captured_output out;
    log::setup("test", "debug", "Text");
    log::debug("hello", {{"n", 1}});
    CHECK(out.text().ends_with(" debug hello n=1\n"));
}

TEST_CASE("an unknown level or format is reported with the allowed ones") {
    CHECK_THROWS_WITH(log::setup("t", "loud", "json"), "'loud' is not a log level; use debug, info, warn or error");
    CHECK_THROWS_WITH(log::setup("t", "info", "xml"), "'xml' is not a log format; use json or text");
    CHECK_THROWS_AS(log::setup("t", "", "json"), std::invalid_argument);
}

TEST_CASE("lines of several threads do not interleave") {
    captured_output out;
    log::setup("test", "info", "json");
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([t] {
                for (int i = 0; i < 50; ++i)
                    log::info(std::string(static_cast<std::size_t>(t * 40), 'x'), {{"i", i}});
            });
    }
    const auto lines = lines_of(out.text());
    CHECK(lines.size() == 200);
    for (const auto& line : lines)
        CHECK_NOTHROW(boost::json::parse(line));
}

TEST_CASE("a stalled reader cannot block the program") {
    captured_output out;
    out.make_non_blocking();
    log::setup("test", "info", "json");
    for (int i = 0; i < 18; ++i)
        log::info(std::string(4000, 'x'));
    CHECK(out.text().size() <= 64 * 1024);
}
