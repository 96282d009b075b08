// What is known of members of shared lists for a moment.
#include "api/access/known_roles.hpp"

#include "fake_accounts.hpp"
#include "runtime/run.hpp"
#include "runtime/task_group.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using todo_be_test::accounts;
using namespace std::chrono_literals;

namespace {

constexpr user_id home{list_base + 1};

runtime::task<> ask(known_roles& roles, std::vector<std::string>& told) {
    try {
        const auto role = co_await roles.role_of({7}, home);
        told.emplace_back(role ? to_string(*role) : "none");
    } catch (const store_unavailable&) {
        told.emplace_back("away");
    }
}

runtime::task<> ask_together(accounts& known, std::vector<std::string>& told) {
    known_roles roles(known, 1h), forgetful(known, 0s);
    runtime::task_group all(co_await runtime::asio::this_coro::executor);
    for (int i = 0; i < 10; ++i)
        all.spawn(ask(roles, told));
    while (told.size() < 10)
        co_await runtime::sleep_for(1ms);
    CHECK(known.roles_asked == 1);
    known.members.clear();
    co_await ask(roles, told);
    CHECK(told.back() == "reader");
    roles.forget(home);
    co_await ask(roles, told);
    CHECK(told.back() == "none");
    known.members.push_back({{7}, home, list_role::editor});
    co_await ask(roles, told);
    CHECK(told.back() == "editor");
    known.away = true;
    co_await ask(roles, told);
    CHECK(told.back() == "editor");
    co_await ask(forgetful, told);
    CHECK(told.back() == "away");
}

}  // namespace

TEST_CASE("a role is believed for a moment, asked for once by many, and never when it is none") {
    accounts known;
    known.members.push_back({{7}, home, list_role::reader});
    known.takes = 5ms;
    std::vector<std::string> told;
    runtime::asio::io_context ctx{1};
    runtime::run(ctx, ask_together(known, told));
}
