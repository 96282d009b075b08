#include "service/program.hpp"

#include <iostream>
#include <sstream>
#include <stdexcept>

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::service;

namespace {

// Captures the program's output while it exists.
class captured {
  public:
    captured() : out_(std::cout.rdbuf(text_.rdbuf())), err_(std::cerr.rdbuf(text_.rdbuf())) {}
    ~captured() {
        std::cout.rdbuf(out_);
        std::cerr.rdbuf(err_);
    }
    captured(const captured&) = delete;
    captured& operator=(const captured&) = delete;
    std::string text() const { return text_.str(); }

  private:
    std::ostringstream text_;
    std::streambuf* out_;
    std::streambuf* err_;
};

struct ended {
    int code = -1;
    std::string text;
    std::string seen;  // the setting at the call of run()
};

void quiet_is_loud(const config::command_line& line, config::environment& env) {
    if (!line.flags.empty()) env["TEST_WORD"] = "loud";
}

// A program with one setting, `word`, which must not be "bad"; with "throw" it throws.
ended run(std::vector<const char*> arguments) {
    ended e;
    const captured output;
    arguments.insert(arguments.begin(), "/usr/bin/example");
    const program p{"example", "Usage: example\n", {"--loud"}, {"--word"}, quiet_is_loud};
    e.code = run_program(p, static_cast<int>(arguments.size()), arguments.data(),
                         [&e](config::reader& in, const config::command_line& line) {
                             std::string word = "usual";
                             in.text({"word", "TEST_WORD", "any word"}, word);
                             if (const auto given = line.values.find("--word"); given != line.values.end())
                                 word = given->second;
                             if (word == "bad") in.problem("word", "must not be bad");
                             return prepared{{}, [&e, word] {
                                                 e.seen = word;
                                                 if (word == "throw") throw std::runtime_error("no such port");
                                                 return 7;
                                             }};
                         });
    e.text = output.text();
    return e;
}

}  // namespace

TEST_CASE("a program exits with the code of its run") {
    const auto e = run({});
    CHECK(e.code == 7);
    CHECK(e.seen == "usual");
    CHECK(e.text.empty());
    CHECK(run({"--word", "other"}).seen == "other");
}

TEST_CASE("an option may set a variable") { CHECK(run({"--loud"}).seen == "loud"); }

TEST_CASE("a configuration error exits with 2 before the run") {
    const auto e = run({"--word=bad"});
    CHECK(e.code == 2);
    CHECK(e.seen.empty());
    CHECK(e.text == "example cannot start:\nword: must not be bad\n");
    CHECK(run({"--wrod", "x"}).code == 2);
    CHECK(run({"--wrod", "x"}).text.find("did you mean '--word'?") != std::string::npos);
    CHECK(run({"--config", "/nope.yaml"}).code == 2);
}

TEST_CASE("an exception of a run is reported and exits with 1") {
    const auto e = run({"--word", "throw"});
    CHECK(e.code == 1);
    CHECK(e.text == "example ended: no such port\n");
}

TEST_CASE("help lists even invalid settings and runs nothing") {
    const auto e = run({"--word=bad", "--help"});
    CHECK(e.code == 0);
    CHECK(e.seen.empty());
    CHECK(e.text.starts_with("Usage: example\n\nSettings ("));
    CHECK(e.text.find("word  TEST_WORD  usual") != std::string::npos);
}

TEST_CASE("the version is that of the build") {
    const auto e = run({"--version"});
    CHECK(e.code == 0);
    CHECK(e.text == "example " TIDINGS_VERSION "\n");
}
