#include <sys/stat.h>

#include <fstream>

#include "problems_of.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

using namespace tidings;

namespace {

constexpr config::setting token{"api_token", "API_TOKEN", "bearer token"};

struct read_token {
    std::string value = "default", problems;

    explicit read_token(config::environment env, std::string_view yaml = "") {
        auto in = config::reader::parse(yaml, std::move(env));
        in.secret(token, value);
        problems = problems_of(in);
    }
};

std::string file_with(const support::temp_dir& dir, const std::string& content) {
    const std::string path = dir.path() / "secret";
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

}  // namespace

TEST_CASE("a secret is read from the mounted file, without its final newline") {
    const support::temp_dir dir;
    const std::pair<std::string, std::string> table[] = {{"s3cret", "s3cret"},
                                                         {"s3cret\n", "s3cret"},
                                                         {"s3cret\r\n", "s3cret"},
                                                         {"two\nlines\n\n", "two\nlines\n"},
                                                         {" x ", " x "}};
    for (const auto& [content, expected] : table) {
        const read_token t({{"API_TOKEN_FILE", file_with(dir, content)}});
        CHECK(t.problems.empty());
        CHECK(t.value == expected);
    }
}

TEST_CASE("the variable wins over the mounted file, and that over the YAML file") {
    const support::temp_dir dir;
    const std::string path = file_with(dir, "mounted");
    CHECK(read_token({{"API_TOKEN", "direct"}, {"API_TOKEN_FILE", path}}, "api_token: yaml").value == "direct");
    CHECK(read_token({{"API_TOKEN_FILE", path}}, "api_token: yaml").value == "mounted");
    CHECK(read_token({}, "api_token: yaml").value == "yaml");
}

TEST_CASE("an unreadable mounted file is reported with the reason") {
    const support::temp_dir dir;
    const std::string absent = dir.path() / "absent";
    CHECK(read_token({{"API_TOKEN_FILE", absent}}).problems ==
          "API_TOKEN_FILE: cannot read the file '" + absent + "': No such file or directory");
    CHECK(read_token({{"API_TOKEN_FILE", dir.path()}}).problems ==
          "API_TOKEN_FILE: cannot read the file '" + dir.path().string() + "': Is a directory");
}

TEST_CASE("an empty mounted file is an error, not an empty secret") {
    const support::temp_dir dir;
    const std::string path = file_with(dir, "\n");
    const read_token t({{"API_TOKEN_FILE", path}});
    CHECK(t.problems == "API_TOKEN_FILE: the file '" + path + "' is empty");
    CHECK(t.value == "default");
}

TEST_CASE("a huge or endless mounted file is rejected") {
    const support::temp_dir dir;
    CHECK(read_token({{"API_TOKEN_FILE", "/dev/zero"}}).problems ==
          "API_TOKEN_FILE: the file '/dev/zero' is larger than 1 MiB");
    const std::string pipe = dir.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(read_token({{"API_TOKEN_FILE", pipe}}).problems == "API_TOKEN_FILE: the file '" + pipe + "' is empty");
}

TEST_CASE("a secret mounted as the wrong setting is not shown in the error") {
    const support::temp_dir dir;
    auto in = config::reader::parse("", {{"PORT_FILE", file_with(dir, "tell-nobody")}});
    std::uint16_t port = 1;
    std::string mode = "a";
    in.number({"port", "PORT", ""}, port, 0, 65535);
    CHECK(problems_of(in) == "PORT_FILE: the file's content is not a whole number; use 0..65535");
}

TEST_CASE("a YAML file is read from disk and named in errors") {
    const support::temp_dir dir;
    const std::string path = file_with(dir, "\xEF\xBB\xBFport: 7\nx: 1\n");
    auto in = config::reader::load(path, {});
    std::uint16_t port = 1;
    in.number({"port", "PORT", ""}, port, 0, 65535);
    CHECK(port == 7);
    CHECK(problems_of(in) == "unknown key 'x' in " + path + " line 2");
}

TEST_CASE("a file is optional, but a missing one is an error") {
    auto in = config::reader::load("", {});
    CHECK(problems_of(in).empty());
    CHECK_THROWS_WITH(config::reader::load("/nonexistent/c.yaml", {}),
                      "cannot read the file '/nonexistent/c.yaml': No such file or directory");
    CHECK_THROWS_AS(config::reader::load("/dev/zero", {}), config::error);
}
