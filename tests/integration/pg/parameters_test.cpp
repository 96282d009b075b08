#include <limits>

#include "fixture.hpp"

using namespace tidings::pg;

namespace {

using text = std::optional<std::string_view>;
using number = std::optional<std::int64_t>;

std::array<std::uint8_t, 16> uuid_of(std::uint8_t last) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[0] = 0xAB;
    bytes[15] = last;
    return bytes;
}

task<std::string> one_text(connection& c, statement s, const parameters& p) {
    const rows r = co_await c.query(s, p);
    co_return r.is_null(0, 0) ? "NULL" : std::string(r.text(0, 0));
}

// Asks the server how it read the parameter.
std::string echoed(statement s, const parameters& p) {
    io_context ctx;
    std::string seen;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        seen = co_await one_text(*c, s, p);
    });
    return seen;
}

const statement echo_text{"echo_text", "select $1::text"};
const statement echo_number{"echo_number", "select $1::bigint"};
const statement echo_uuid{"echo_uuid", "select $1::uuid"};
const statement echo_texts{"echo_texts", "select $1::text[]"};
const statement echo_uuids{"echo_uuids", "select $1::uuid[]"};
const statement echo_numbers{"echo_numbers", "select $1::bigint[]"};
const statement echo_doubles{"echo_doubles", "select $1::float8[]"};
const statement echo_booleans{"echo_booleans", "select $1::boolean[]"};
const statement echo_timestamps{"echo_timestamps",
                                "select array(select t at time zone 'UTC' from unnest($1::timestamptz[]) t)::text"};

}  // namespace

TEST_CASE("a text is returned unchanged", "[pg]") {
    CHECK(echoed(echo_text, parameters().text("Grüße, 世界 🎉 'quoted' \\ {}")) == "Grüße, 世界 🎉 'quoted' \\ {}");
    CHECK(echoed(echo_text, parameters().text("")).empty());
}

TEST_CASE("a text of one mebibyte is returned unchanged", "[pg]") {
    std::string large(1024 * 1024, 'x');
    large.front() = '<';
    large.back() = '>';
    CHECK(echoed(echo_text, parameters().text(large)) == large);
}

TEST_CASE("a text with a NUL byte is rejected before it is sent", "[pg]") {
    try {
        parameters().text(std::string_view("a\0b", 3));
        FAIL("accepted");
    } catch (const error& e) {
        CHECK(e.sqlstate == "22021");
    }
}

TEST_CASE("integers keep their whole range", "[pg]") {
    for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                 std::numeric_limits<std::int64_t>::max()}) {
        CHECK(echoed(echo_number, parameters().integer(n)) == std::to_string(n));
    }
}

TEST_CASE("a uuid is sent in binary", "[pg]") {
    CHECK(echoed(echo_uuid, parameters().uuid(uuid_of(7))) == "ab000000-0000-0000-0000-000000000007");
}

TEST_CASE("an array of texts keeps NULL, empty and awkward elements apart", "[pg]") {
    const std::vector<text> values{"plain", std::nullopt, "", "NULL", "with \"quotes\", {braces}", "ü🎉"};
    CHECK(echoed(echo_texts, parameters().texts(values)) ==
          R"({plain,NULL,"","NULL","with \"quotes\", {braces}",ü🎉})");
    const std::vector<std::string_view> plain{"a", "b"};
    CHECK(echoed(echo_texts, parameters().texts(plain)) == "{a,b}");
}

TEST_CASE("arrays of uuids, integers and booleans arrive element by element", "[pg]") {
    const std::vector<std::array<std::uint8_t, 16>> ids{uuid_of(1), uuid_of(0xFF)};
    CHECK(echoed(echo_uuids, parameters().uuids(ids)) ==
          "{ab000000-0000-0000-0000-000000000001,ab000000-0000-0000-0000-0000000000ff}");
    const std::vector<std::int64_t> numbers{std::numeric_limits<std::int64_t>::min(), -1, 0, 4'294'967'296};
    CHECK(echoed(echo_numbers, parameters().integers(numbers)) == "{-9223372036854775808,-1,0,4294967296}");
    const std::vector<number> gaps{1, std::nullopt, 3};
    CHECK(echoed(echo_numbers, parameters().integers(gaps)) == "{1,NULL,3}");
    const bool flags[] = {true, false, true};
    CHECK(echoed(echo_booleans, parameters().booleans(flags)) == "{t,f,t}");
}

TEST_CASE("arrays of exact numbers, and of uuids that may be absent, arrive element by element", "[pg]") {
    const std::vector<std::optional<double>> numbers{0.1, std::nullopt, -2.2250738585072014e-308, 4503599627370495.5};
    CHECK(echoed(echo_doubles, parameters().numbers(numbers)) ==
          "{0.1,NULL,-2.2250738585072014e-308,4.5035996273704955e+15}");
    const std::vector<std::optional<std::array<std::uint8_t, 16>>> ids{std::nullopt, uuid_of(1)};
    CHECK(echoed(echo_uuids, parameters().uuids(ids)) == "{NULL,ab000000-0000-0000-0000-000000000001}");
}

TEST_CASE("timestamps are microseconds since the Unix epoch", "[pg]") {
    const std::vector<number> times{0, std::nullopt, 946'684'800'000'000, 1'769'860'800'123'456, -1};
    CHECK(
        echoed(echo_timestamps, parameters().timestamps(times)) ==
        R"({"1970-01-01 00:00:00",NULL,"2000-01-01 00:00:00","2026-01-31 12:00:00.123456","1969-12-31 23:59:59.999999"})");
}

TEST_CASE("a timestamp out of PostgreSQL's range is an error", "[pg]") {
    const std::vector<number> lowest{std::numeric_limits<std::int64_t>::min()};
    CHECK_THROWS_AS(parameters().timestamps(lowest), error);
}

TEST_CASE("empty arrays are arrays", "[pg]") {
    CHECK(echoed(echo_texts, parameters().texts(std::vector<text>{})) == "{}");
    CHECK(echoed(echo_uuids, parameters().uuids(std::vector<std::array<std::uint8_t, 16>>{})) == "{}");
    CHECK(echoed(echo_numbers, parameters().integers(std::vector<std::int64_t>{})) == "{}");
    CHECK(echoed(echo_booleans, parameters().booleans({})) == "{}");
    CHECK(echoed(echo_timestamps, parameters().timestamps({})) == "{}");
}

TEST_CASE("a batch of rows goes through unnest in one statement", "[pg]") {
    const statement insert{"insert_batch",
                           "insert into batch select * from unnest($1::uuid[], $2::text[], $3::bigint[])"};
    std::vector<std::array<std::uint8_t, 16>> ids;
    std::vector<text> titles;
    std::vector<number> priorities;
    for (std::uint8_t i = 0; i < 64; ++i) {
        ids.push_back(uuid_of(i));
        titles.emplace_back("title");
        priorities.push_back(i % 2 == 0 ? number() : number(i));
    }
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("create temporary table batch (id uuid, title text, priority bigint)");
        const rows inserted = co_await c->query(insert, parameters().uuids(ids).texts(titles).integers(priorities));
        CHECK(inserted.affected() == 64);
        const rows sums = co_await c->execute("select count(*), count(priority), sum(priority) from batch");
        CHECK(sums.integer(0, 0) == 64);
        CHECK(sums.integer(0, 1) == 32);
        CHECK(sums.integer(0, 2) == 1024);
    });
}
