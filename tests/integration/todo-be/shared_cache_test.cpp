// A cache that replicas share: what it gives is right, and what it does not give is read from the database.
#include <random>
#include <thread>

#include "backend.hpp"
#include "impatient_client.hpp"
#include "lying_cache.hpp"
#include "support/catch.hpp"
#include "support/redis_server.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;
using namespace std::chrono_literals;

namespace {

backend_options with_cache(const std::string& url) { return {.environment = {{"CACHE_URL", url}}}; }

bool uses_cache(const backend& be) {
    return be.call("GET", "/readyz?verbose").body.find("[+]cache ok") != std::string::npos;
}

double answered_by(const backend& be, const std::string& what) {
    return be.metric("todo_cache_reads_total{outcome=\"" + what + "\"}").value_or(0);
}

double asked(const backend& be, const std::string& outcome) {
    return be.metric("todo_cache_asked_total{outcome=\"" + outcome + "\"}").value_or(0);
}

// Creates and reads so many, each read right; the longest that a request took.
std::chrono::milliseconds use(const backend& be, int times) {
    std::chrono::steady_clock::duration longest{};
    for (int i = 0; i < times; ++i) {
        const auto title = "use " + std::to_string(i);
        const auto id = id_of(be.post(R"({"title":")" + title + "\"}"));
        for (int again = 0; again < 2; ++again) {
            const auto begin = std::chrono::steady_clock::now();
            CHECK(text_of(be.get(id).at("title")) == title);
            CHECK(be.call("GET", "/api/todos").body.find(title) != std::string::npos);
            longest = std::max(longest, std::chrono::steady_clock::now() - begin);
        }
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

}  // namespace

TEST_CASE("what one replica has read another one takes from the cache, which cannot read it") {
    const servers world;
    const support::redis_server redis;
    const auto a = world.start(with_cache(redis.url()));
    const auto b = world.start(with_cache(redis.url()));
    REQUIRE(eventually([&] { return uses_cache(a) && uses_cache(b); }));
    const auto id = id_of(a.post(R"({"title":"nobody else's business"})"));
    const auto list = a.call("GET", "/api/todos").body;
    const auto item = a.get(id);
    CHECK(eventually([&] { return redis.cli({"dbsize"}).find('2') != std::string::npos; }));
    CHECK(b.call("GET", "/api/todos").body == list);
    CHECK(b.get(id) == item);
    CHECK(answered_by(b, "cache") == 2);
    CHECK(asked(b, "hit") == 2);

    const auto keys = redis.cli({"keys", "*"});
    CHECK(keys.find("tidings:") != std::string::npos);
    CHECK(keys.find(id) == std::string::npos);
    for (std::size_t at = 0; (at = keys.find("tidings:", at)) != std::string::npos; ++at)
        CHECK(redis.cli({"get", keys.substr(at, 8 + 64)}).find("business") == std::string::npos);

    // A replica that has heard of nothing yet has what others read before it was there.
    const auto c = world.start(with_cache(redis.url()));
    const auto d = world.start(with_cache(redis.url()));
    REQUIRE(eventually([&] { return uses_cache(c) && uses_cache(d); }));
    CHECK(c.call("GET", "/api/todos").body == list);
    CHECK(eventually([&] { return d.call("GET", "/api/todos").body == list && answered_by(d, "cache") > 0; }));
}

TEST_CASE("with a cache between them replicas answer nothing that is old, thousands of times") {
    const servers world;
    const support::redis_server redis;
    const auto a = world.start(with_cache(redis.url()));
    const auto b = world.start(with_cache(redis.url()));
    REQUIRE(eventually([&] { return uses_cache(a) && uses_cache(b); }));
    const auto seen = write_and_read_back({&a, &b}, 4, 500);
    CHECK(seen.stale == 0);
    CHECK(seen.failed == 0);
    CHECK(answered_by(a, "cache") + answered_by(b, "cache") > 20);
    CHECK(asked(a, "forged") + asked(b, "forged") == 0);
}

TEST_CASE("a cache that dies, freezes and comes back is done without meanwhile") {
    const servers world;
    support::redis_server redis;
    const auto be = world.start(with_cache(redis.url()));
    REQUIRE(eventually([&] { return uses_cache(be); }));
    use(be, 5);

    redis.freeze();
    CHECK(use(be, 20) < 2s);
    CHECK(be.ready());
    CHECK_FALSE(uses_cache(be));
    CHECK(be.metric("todo_cache_connected").has_value());
    redis.thaw();
    CHECK(eventually(
        [&] {
            use(be, 1);
            return uses_cache(be);
        },
        60s));

    redis.kill();
    CHECK(use(be, 10) < 2s);
    CHECK(be.ready());
    CHECK(eventually([&] { return !uses_cache(be); }));
    redis.start();
    CHECK(eventually([&] { return uses_cache(be); }, 60s));
    const auto misses = asked(be, "miss");
    use(be, 2);
    CHECK(asked(be, "miss") > misses);
}

TEST_CASE("a cache that lies is found out, and every answer is right") {
    const servers world;
    for (const std::string how : {"garbage", "other", "flood", "many", "errors", "early", "refuse"}) {
        INFO(how);
        const lying_cache liar(how);
        auto be = world.start(with_cache(liar.url()));
        // One that answers before it is asked is not used at all.
        if (how != "early")
            REQUIRE(eventually([&] { return be.log().find("the cache is connected") != std::string::npos; }));
        CHECK(use(be, 10) < 5s);
        CHECK(be.ready());
        CHECK(answered_by(be, "cache") == 0);
        if (how == "other") CHECK(asked(be, "forged") > 0);
        CHECK(be.log().find("secret") == std::string::npos);
        CHECK(be.process().stop() == 0);
    }
}

TEST_CASE("a cache that answers too late is not asked any more, whatever it stores") {
    const servers world;
    const lying_cache slow("slow");
    const auto be = world.start(with_cache(slow.url()));
    REQUIRE(eventually([&] { return uses_cache(be); }));
    int next = 0;
    const auto given_up = [&] {
        be.call("GET", "/api/todos?limit=" + std::to_string(++next));
        return be.call("GET", "/readyz?verbose").body.find("[!]cache: too slow") != std::string::npos;
    };
    CHECK(eventually(given_up));
}

TEST_CASE("a cache that is full is one that has nothing") {
    const servers world;
    const support::redis_server redis({"--maxmemory", "1", "--maxmemory-policy", "noeviction"});
    const auto be = world.start(with_cache(redis.url()));
    REQUIRE(eventually([&] { return uses_cache(be); }));
    use(be, 10);
    CHECK(asked(be, "miss") > 0);
    CHECK(asked(be, "hit") == 0);
}

TEST_CASE("a cache wants its password, which is shown nowhere") {
    const servers world;
    const support::redis_server redis({"--requirepass", "correct-horse"});
    const auto right = world.start({.environment = {{"CACHE_URL", redis.url()}, {"CACHE_PASSWORD", "correct-horse"}}});
    CHECK(eventually([&] { return uses_cache(right); }));
    const auto wrong = world.start({.environment = {{"CACHE_URL", redis.url()}, {"CACHE_PASSWORD", "battery-staple"}}});
    CHECK(eventually([&] { return wrong.log().find("it refuses: WRONGPASS") != std::string::npos; }));
    CHECK(wrong.ready());
    use(wrong, 2);
    CHECK(wrong.log().find("battery") == std::string::npos);
    CHECK(right.log().find("correct-horse") == std::string::npos);
}

TEST_CASE("a cache over TLS is used when its certificate is right, and not otherwise") {
    const servers world;
    const support::temp_dir dir;
    const auto key = (dir.path() / "key.pem").string(), certificate = (dir.path() / "cert.pem").string();
    support::process made(
        {{"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1",
          "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"},
         {},
         dir.path() / "log",
         {}});
    REQUIRE(made.wait() == 0);
    const auto port = std::to_string(support::free_port());
    const support::redis_server redis({"--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", key,
                                       "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no"});
    const auto be =
        world.start({.environment = {{"CACHE_URL", "rediss://localhost:" + port}, {"CACHE_CA_FILE", certificate}}});
    CHECK(eventually([&] { return uses_cache(be); }));
    use(be, 3);
    CHECK(asked(be, "miss") > 0);
    const auto wary = world.start({.environment = {{"CACHE_URL", "rediss://localhost:" + port}}});
    CHECK(eventually([&] { return wary.log().find("TLS: ") != std::string::npos; }));
    use(wary, 2);
    CHECK_FALSE(uses_cache(wary));
}
