// Files of to-dos over HTTP: out of one database and into another.
#include <algorithm>
#include <fstream>

#include <boost/json/serialize.hpp>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

const std::pair<std::string, std::string> formats[] = {{"json", "application/json"},
                                                       {"ndjson", "application/x-ndjson"},
                                                       {"csv", "text/csv"},
                                                       {"todotxt", "text/plain"},
                                                       {"ics", "text/calendar"}};

support::http_answer imported(const backend& be, const std::string& type, const std::string& file,
                              const std::string& query = {}, headers h = {}) {
    h.emplace_back("Content-Type", type);
    return be.call("POST", "/api/todos:import" + query, file, std::move(h));
}

std::int64_t number(const support::http_answer& a, const char* name) { return json_of(a).at(name).as_int64(); }

// What people have set, by title; a parent by its title.
std::string fields_in(const servers& world) {
    std::string all;
    for (const auto& row : support::query(
             world.postgres.url(),
             "select concat_ws('|', t.title, t.done, t.\"order\", t.order_exact, t.due, t.due_whole_day, "
             "t.due_time_zone, t.priority, t.labels, t.notes, p.title, date_trunc('day', "
             "t.done_at at time zone 'UTC')) from todos t left join todos p on p.id = t.parent order by t.title"))
        all += row.at(0) + '\n';
    return all;
}

void fill(const backend& be) {
    const auto house =
        id_of(be.post(R"({"title":"House","priority":"high","order":1.5,"notes":"=1+1\nüß, \"x\"; y"})"));
    be.post(R"({"title":"Paint @home","labels":["a b","+c","d;e","@f"],"due":"2026-12-24","parent":")" + house + "\"}");
    be.post(R"({"title":"-1+1 due:x","done":true,"due":"2026-12-24T10:00:00+01:00","due_time_zone":"Europe/Berlin"})");
    be.post(R"({"title":"Floor","priority":"low","parent":")" + house + "\"}");
}

std::string query(const servers& world, const std::string& sql) {
    return support::query(world.postgres.url(), sql).at(0).at(0);
}

std::size_t memory_of(const backend& be) {
    return static_cast<std::size_t>(be.metric("process_resident_memory_bytes").value_or(0));
}

}  // namespace

TEST_CASE("what is exported can be imported into an empty database, in every format") {
    const servers from;
    const auto be = from.start();
    fill(be);
    for (const auto& [name, type] : formats) {
        INFO(name);
        const auto file = be.call("GET", "/api/todos:export?format=" + name);
        REQUIRE(file.status == 200);
        CHECK(file.header("content-type").starts_with(type));
        CHECK(file.header("content-disposition").starts_with("attachment; filename=\"todo"));
        INFO(file.body);
        const servers to;
        const auto other = to.start();
        const auto tried = imported(other, type, file.body, "?dry_run=true");
        INFO(tried.body);
        CHECK(number(tried, "created") == 4);
        CHECK(query(to, "select count(*) from events") == "0");
        const auto done = imported(other, type, file.body);
        CHECK(done.status == 200);
        CHECK(number(done, "created") == 4);
        CHECK(number(done, "failed") == 0);
        CHECK(fields_in(to) == fields_in(from));
        CHECK(query(to, "select count(*) from events") == "4");
        const auto again = be.call("GET", "/api/todos:export?format=csv");
        CHECK(again.status == 200);
    }
}

TEST_CASE("other programs read in the files what the API says") {
    const servers world;
    const auto be = world.start();
    fill(be);
    be.post(json::serialize(json::object{{"title", "Ü" + std::string(120, 'w')}, {"notes", std::string(3'000, 'n')}}));
    const support::temp_dir folder;
    for (const auto* name : {"json", "csv", "ics"})
        std::ofstream(folder.path() / (std::string("todos.") + name))
            << be.call("GET", std::string("/api/todos:export?format=") + name).body;
    support::process python({.argv = {"/usr/bin/python3", TIDINGS_READ_FILES, folder.path().string()},
                             .environment = {},
                             .log = folder.path() / "log",
                             .user = {}});
    const auto status = python.wait();
    INFO(python.output());
    CHECK(status == 0);
}

TEST_CASE("each bad line is reported, and the others are created") {
    const servers world;
    const auto be = world.start();
    const auto milk = id_of(be.post(R"({"title":"milk"})"));
    const auto file = "title,due,parent\na,,\nb,soon,\n,,\nc,," + milk + "\nd,,01890a5d-ac96-774b-bcce-b302099a8057\n";
    for (const auto* query : {"?dry_run=true", ""}) {
        const auto answer = imported(be, "text/csv", file, query);
        INFO(answer.body);
        CHECK(answer.status == 200);
        CHECK(number(answer, "created") == 2);
        CHECK(number(answer, "failed") == 3);
        std::string where;
        const auto body = json_of(answer);
        for (const auto& e : body.at("errors").as_array())
            where += std::to_string(e.at("line").as_int64()) + text_of(e.at("field")) + ' ';
        CHECK(where == "3/due 4/title 6/parent ");
    }
    CHECK(query(world, "select count(*) from todos") == "3");
    CHECK(query(world, "select count(*) from todos where parent is not null") == "1");
}

TEST_CASE("an import that is repeated with its key creates nothing again") {
    const servers world;
    const auto be = world.start();
    std::string file;
    for (int i = 0; i < 2'500; ++i)
        file += R"({"title":"t)" + std::to_string(i) + "\"}\n";
    const headers key{{"Idempotency-Key", "k"}};
    for (int i = 0; i < 2; ++i)
        CHECK(number(imported(be, "application/x-ndjson", file, {}, key), "created") == 2'500);
    CHECK(query(world, "select count(*) from todos") == "2500");
    CHECK(is_problem(imported(be, "application/x-ndjson", "{\"title\":\"other\"}", {}, key), 422));
}

TEST_CASE("a due date in a time zone is its point in time") {
    const servers world;
    const auto be = world.start();
    const auto done = imported(
        be, "text/calendar",
        "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:x\r\nDUE;TZID=Europe/Berlin:20260701T120000\r\nEND:VTODO\r\n"
        "BEGIN:VTODO\r\nSUMMARY:y\r\nDUE;TZID=Mars/North:20260701T120000\r\nEND:VTODO\r\nEND:VCALENDAR\r\n");
    INFO(done.body);
    CHECK(number(done, "created") == 1);
    CHECK(number(done, "failed") == 1);
    CHECK(be.call("GET", "/api/todos").body.find(R"("due":"2026-07-01T10:00:00.000000Z")") != std::string::npos);
}

TEST_CASE("an export has what the filters of the list leave") {
    const servers world;
    const auto be = world.start();
    fill(be);
    const auto done = be.call("GET", "/api/todos:export?done=true", {}, {{"Accept", "application/x-ndjson"}});
    CHECK(std::count(done.body.begin(), done.body.end(), '\n') == 1);
    CHECK(be.call("GET", "/api/todos:export?label=none").body == "[\n]\n");
    CHECK(is_problem(be.call("GET", "/api/todos:export?limit=3"), 400));
    CHECK(is_problem(be.call("GET", "/api/todos:export?format=xml"), 400));
}

TEST_CASE("a hundred thousand lines go in and out in constant memory") {
    const servers world;
    const auto be = world.start();
    const auto file_of = [](int lines) {
        std::string file = "title,notes,labels\n";
        for (int i = 0; i < lines; ++i)
            file +=
                "to-do " + std::to_string(i) + ",some notes of an ordinary length that are there for their bytes,a;b\n";
        return file;
    };
    CHECK(number(imported(be, "text/csv", file_of(10'000)), "created") == 10'000);
    const auto before = memory_of(be);
    CHECK(number(imported(be, "text/csv", file_of(100'000)), "created") == 100'000);
    const auto file = be.call("GET", "/api/todos:export?format=csv");
    CHECK(std::count(file.body.begin(), file.body.end(), '\n') == 110'001);
    const auto after = memory_of(be);
    INFO(before << " -> " << after);
    CHECK(after < before + 24'000'000);
}

TEST_CASE("a calendar is there for whoever knows its secret, and is not sent again unchanged") {
    const servers world;
    const auto none = world.start();
    CHECK(is_problem(none.call("GET", "/api/todos.ics?secret="), 404));
    const auto be = world.start(
        {.environment = {
             {"CALENDAR_SECRET", "correct horse battery"}, {"API_TOKEN", "token"}, {"LOG_LEVEL", "debug"}}});
    CHECK(is_problem(be.call("GET", "/api/todos.ics"), 403));
    CHECK(is_problem(be.call("GET", "/api/todos.ics?secret=correct"), 403));
    const std::string link = "/api/todos.ics?secret=correct%20horse%20battery";
    const auto first = be.call("GET", link);
    CHECK(first.status == 200);
    CHECK(first.body.starts_with("BEGIN:VCALENDAR\r\n"));
    const auto tag = std::string(first.header("etag"));
    CHECK(be.call("GET", link, {}, {{"If-None-Match", tag}}).status == 304);
    none.post(R"({"title":"Buy milk"})");
    const auto second = be.call("GET", link, {}, {{"If-None-Match", tag}});
    CHECK(second.status == 200);
    CHECK(second.body.find("SUMMARY:Buy milk\r\n") != std::string::npos);
    CHECK(be.call("GET", link + "&done=true").body.find("VTODO\r\n") == std::string::npos);
    CHECK(be.log().find("battery") == std::string::npos);
}

TEST_CASE("a file that turns out to be too large is refused, and what was written of it stays") {
    const servers world;
    const auto be = world.start({.environment = {{"IMPORT_BODY_LIMIT", "100000"}}});
    std::string bytes =
        "POST /api/todos:import HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: "
        "application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 7'000; ++i)
        bytes += "10\r\n{\"title\":\"milk\"}\r\n1\r\n\n\r\n";
    CHECK(support::raw_exchange(be.port(), bytes + "0\r\n\r\n").starts_with("HTTP/1.1 413 "));
    const auto created = std::stoul(query(world, "select count(*) from todos"));
    CHECK((created > 0 && created < 7'000 && created % 1'000 == 0));
    CHECK(is_problem(imported(be, "text/csv", "title\n" + std::string(100'000, 'x')), 413));
}

TEST_CASE("an import that the database leaves says how far it got, and goes on with its key") {
    servers world;
    const auto be = world.start();
    world.postgres.stop();
    const headers key{{"Idempotency-Key", "k"}};
    const auto broken_off = imported(be, "text/plain", "milk\nbread\n", {}, key);
    CHECK(is_problem(broken_off, 503));
    CHECK(broken_off.body.find("to-dos created so far: 0, up to line 0") != std::string::npos);
    CHECK(is_problem(be.call("GET", "/api/todos:export"), 503));
    world.postgres.start();
    CHECK(support::eventually([&] { return be.ready(); }));
    CHECK(number(imported(be, "text/plain", "milk\nbread\n", {}, key), "created") == 2);
}
