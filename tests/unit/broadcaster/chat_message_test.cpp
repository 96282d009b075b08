#include "domain/chat_message.hpp"

#include <boost/json.hpp>

#include "domain/chat_text.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

constexpr webhook_format chats[] = {webhook_format::slack, webhook_format::discord, webhook_format::telegram};
constexpr std::string_view created = "io.tidings.todo.created.v1";

std::string todo(const std::string& title, const std::string& more = {}) {
    return R"({"specversion":"1.0","type":"io.tidings.todo.created.v1","data":{"todo":{"title":)" +
           boost::json::serialize(boost::json::value(title)) + more + "}}}";
}

boost::json::object message(webhook_format f, std::string_view type, std::string_view body) {
    return boost::json::parse(chat_message(f, type, body)).as_object();
}

std::string shown(webhook_format f, std::string_view type, std::string_view body) {
    return std::string(message(f, type, body).at(f == webhook_format::discord ? "content" : "text").as_string());
}

std::string titled(webhook_format f, const std::string& title) {
    return shown(f, created, todo(title))
        .substr(std::string("To-do created: ").size() + (f == webhook_format::discord ? 2 : 0));
}

// As UTF-16 counts them.
std::size_t length(const std::string& text) {
    std::size_t n = 0;
    for (const unsigned char c : text)
        n += (c & 0xC0U) == 0x80U ? 0 : c >= 0xF0 ? 2 : 1;
    return n;
}

}  // namespace

TEST_CASE("what happened to a to-do is one line") {
    CHECK(chat_text(created, todo("Buy milk")) == "To-do created: Buy milk");
    CHECK(chat_text("io.tidings.todo.completed.v1", todo("Buy milk", R"(,"due":"2026-12-24")")) ==
          "To-do completed: Buy milk (due 2026-12-24)");
    CHECK(chat_text("io.tidings.todo.deleted.v1", todo("Buy milk", R"(,"due":null)")) == "To-do deleted: Buy milk");
}

TEST_CASE("a gap and a test say what they are") {
    CHECK(chat_text("io.tidings.endpoint.gap.v1", R"({"data":{"stream":"TODOS","first":2,"last":200,"count":199}})") ==
          "199 events of stream TODOS are gone, from number 2 to 200: they expired, or were deleted, before they could "
          "be "
          "delivered here");
    CHECK(chat_text("io.tidings.webhook.test.v1", R"({"data":{"endpoint":"ops"}})") ==
          "This is a test of endpoint ops");
}

TEST_CASE("of any other event the type is told, and the beginning of its data") {
    CHECK(chat_text("shop.paid", R"({"specversion":"1.0","data":{"sum":7}})") == "shop.paid\n{\"sum\":7}");
    CHECK(chat_text("shop.paid", R"({"specversion":"1.0","data":"seven"})") == "shop.paid\nseven");
    CHECK(chat_text("shop.paid", R"({"sum":7})") == "shop.paid\n{\"sum\":7}");
    CHECK(chat_text("", "[1]") == "[1]");
    CHECK(chat_text("", "order 7") == "order 7");
    CHECK(chat_text("t", "\xff\xfe") == "t\n2 bytes that are no text");
    CHECK(chat_text("t", "") == "t");
    CHECK(chat_text(created, R"({"data":{"todo":7}})") == "To-do created: ");
    CHECK(chat_text(created, R"({"data":{}})") == "io.tidings.todo.created.v1\n{}");
}

TEST_CASE("a message has the members of its service, and nothing in it calls anybody") {
    const auto slack = message(webhook_format::slack, created, todo("x"));
    CHECK(slack.at("mrkdwn") == false);
    CHECK(slack.size() == 2);
    const auto discord = message(webhook_format::discord, created, todo("x"));
    CHECK(discord.at("allowed_mentions").at("parse").as_array().empty());
    CHECK(discord.size() == 2);
    const auto telegram = message(webhook_format::telegram, created, todo("x"));
    CHECK(telegram.at("link_preview_options").at("is_disabled") == true);
    CHECK_FALSE(telegram.contains("parse_mode"));
}

TEST_CASE("markup of a publisher is shown as it was written") {
    CHECK(titled(webhook_format::slack, "<!channel> a & b <https://evil|x>") ==
          "&lt;!channel&gt; a &amp; b &lt;https://evil|x&gt;");
    CHECK(titled(webhook_format::discord, "**b** @everyone [x](y) <@1> `c` \\") ==
          R"(\*\*b\*\* \@everyone \[x\]\(y\) \<\@1\> \`c\` \\)");
    CHECK(titled(webhook_format::telegram, "<b>*x*</b> & y") == "<b>*x*</b> & y");
    for (const auto f : chats)
        CHECK(titled(f, std::string("a\tb\x1b\x7f") + "c") == "a b  c");
}

TEST_CASE("a plain url of a title stays one") {
    const std::string url = "https://en.wikipedia.org/wiki/Foo_bar?x=1";
    CHECK(titled(webhook_format::discord, "Read " + url + " now_") == "Read " + url + " now\\_");
    CHECK(titled(webhook_format::slack, "Read " + url + "&y") == "Read " + url + "&amp;y");
    CHECK(titled(webhook_format::discord, "https://a)**b**") == "https\\://a\\)\\*\\*b\\*\\*");
}

TEST_CASE("no message is longer than its service takes, and none is cut within a character") {
    for (const std::string piece : {"a", "<", "*", "\u00e9", "\U0001F600", "https://x_y "}) {
        CAPTURE(piece);
        std::string body;
        while (body.size() < 20'000)
            body += piece;
        const auto check = [&](webhook_format f, std::size_t longest) {
            const auto text = shown(f, "t", body);  // throws unless it is UTF-8
            CHECK(length(text) <= longest);
            return text;
        };
        for (const auto& text : {check(webhook_format::discord, longest_discord)}) {
            CHECK(length(text) >= longest_discord - 2);
            CHECK(text.ends_with("\u2026"));
            CHECK_FALSE(text.ends_with("\\\u2026"));
        }
        check(webhook_format::slack, longest_slack);
        check(webhook_format::telegram, longest_telegram);
    }
    CHECK(shown(webhook_format::discord, "", std::string(longest_discord, 'a')) == std::string(longest_discord, 'a'));
    CHECK(length(shown(webhook_format::discord, "", std::string(longest_discord + 1, 'a'))) == longest_discord);
}
