#include "api/reorder_body.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::uuid;

namespace {

const std::string a = "01890a5d-ac96-774b-bcce-b302099a8057";
const std::string b = "01890a5d-ac96-774b-bcce-b302099a8058";

std::string ids_of(const std::string& ids, const std::string& place) {
    return R"({"ids":[)" + ids + "]," + place + "}";
}
std::string quoted(const std::string& id) { return '"' + id + '"'; }

}  // namespace

TEST_CASE("a move says what is moved, and next to what") {
    violations wrong;
    const auto behind = read_move(ids_of(quoted(b), R"("after":")" + a + '"'), wrong);
    REQUIRE(behind.has_value());
    CHECK(behind->moved == std::vector{*uuid::parse(b)});
    CHECK(behind->behind);
    CHECK(behind->beside == uuid::parse(a));
    const auto to_end = read_move(ids_of(quoted(b) + ',' + quoted(a), R"("before":null)"), wrong);
    REQUIRE(to_end.has_value());
    CHECK(to_end->moved.size() == 2);
    CHECK_FALSE(to_end->behind);
    CHECK_FALSE(to_end->beside);
}

TEST_CASE("a move that is not well-formed is refused, with the place") {
    const std::pair<std::string, violations> cases[] = {
        {"{}", {{"/ids", errc::ids_count}, {"", errc::place_count}}},
        {ids_of("", R"("after":null)"), {{"/ids", errc::ids_count}}},
        {ids_of(quoted(a) + ",7," + quoted(a), R"("after":null)"),
         {{"/ids/1", errc::id_invalid}, {"/ids/2", errc::id_repeated}}},
        {ids_of(quoted(a), R"("after":null,"before":null)"), {{"", errc::place_count}}},
        {ids_of(quoted(a), R"("after":"x")"), {{"/after", errc::place_invalid}}},
        {ids_of(quoted(a), R"("before":")" + a + '"'), {{"/before", errc::place_is_moved}}},
        {ids_of(quoted(a), R"("before":null,"x":1)"), {{"/x", errc::reorder_member_unknown}}},
    };
    for (const auto& [body, expected] : cases) {
        INFO(body);
        violations wrong;
        CHECK(read_move(body, wrong).error() == errc::reorder_invalid);
        CHECK(wrong == expected);
    }
    violations wrong;
    CHECK(read_move("[]", wrong).error() == errc::body_not_object);
    CHECK(read_move("{", wrong).error() == errc::body_not_json);
}
