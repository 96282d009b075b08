// Runs the snippets of docs/verify-a-webhook.md.
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <sstream>

#include "signing/webhook_signature.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::support;

namespace {

namespace json = boost::json;

const std::string bare = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string key = "whsec_" + bare;
const std::string other = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";

std::int64_t seconds_from_now(std::int64_t offset) {
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) + offset;
}

json::object signed_at(std::int64_t timestamp, const std::vector<std::string>& keys, const std::string& known) {
    const std::string body = R"({"specversion":"1.0","data":{"title":"Brötchen 🥐"}})";
    std::string signature;
    signing::webhook_signer::create(keys)->sign("id-1", timestamp, body, signature);
    return {
        {"secret", known},
        {"body", body},
        {"headers",
         {{"webhook-id", "id-1"}, {"webhook-timestamp", std::to_string(timestamp)}, {"webhook-signature", signature}}}};
}

json::object changed(json::object webhook, std::string_view header, std::string_view value) {
    webhook.at("headers").as_object()[header] = value;
    return webhook;
}

json::object without(json::object webhook, std::string_view header) {
    webhook.at("headers").as_object().erase(header);
    return webhook;
}

struct cases {
    json::array webhooks;
    std::string answers;  // one per line
    void add(json::object webhook, bool right) {
        webhooks.push_back(std::move(webhook));
        answers += right ? "true\n" : "false\n";
    }
};

cases all_cases() {
    const auto now = seconds_from_now(0);
    const auto webhook = signed_at(now, {key}, key);
    cases c;
    c.add(webhook, true);
    c.add(signed_at(now, {key}, bare), true);
    c.add(signed_at(now, {bare}, key), true);
    c.add(signed_at(now, {key}, other), false);
    c.add(signed_at(now, {other, key}, key), true);  // during a rotation, either key
    c.add(signed_at(now, {key, other}, key), true);
    c.add(signed_at(seconds_from_now(-200), {key}, key), true);
    c.add(signed_at(seconds_from_now(-400), {key}, key), false);
    c.add(signed_at(seconds_from_now(400), {key}, key), false);
    c.add(changed(webhook, "webhook-id", "id-2"), false);
    c.add(changed(webhook, "webhook-timestamp", std::to_string(now + 1)), false);
    c.add(changed(webhook, "webhook-signature", "v1,"), false);
    c.add(changed(webhook, "webhook-signature", ""), false);
    c.add(changed(webhook, "webhook-timestamp", "soon"), false);
    for (const auto* header : {"webhook-id", "webhook-timestamp", "webhook-signature"})
        c.add(without(webhook, header), false);
    auto tampered = webhook;
    tampered["body"] = std::string(webhook.at("body").as_string()) + " ";
    c.add(tampered, false);
    return c;
}

// The first block of `language` in the document.
std::string block(const std::string& language) {
    std::stringstream text;
    text << std::ifstream(VERIFY_A_WEBHOOK).rdbuf();
    const std::string document = text.str(), fence = "```" + language + "\n";
    const auto begin = document.find(fence);
    REQUIRE(begin != std::string::npos);
    return document.substr(begin + fence.size(), document.find("```\n", begin + fence.size()) - begin - fence.size());
}

struct language {
    std::string name, file;
    std::vector<std::string> command;
};

}  // namespace

TEST_CASE("the documented snippets verify a webhook") {
    const std::string folder = WEBHOOKS_FOLDER;
    const auto l =
        GENERATE_COPY(language{"python", "verify.py", {"env", "PYTHONPATH=.", "python3", "-B", folder + "/drive.py"}},
                      language{"js", "verify.mjs", {"node", folder + "/drive.mjs"}},
                      language{"go", "verify.go", {"go", "run", "verify.go", "drive.go"}});
    INFO(l.name);
    const temp_dir dir;
    std::ofstream(dir.path() / l.file) << block(l.name);
    std::filesystem::copy(folder + "/drive.go", dir.path() / "drive.go");
    const auto c = all_cases();
    std::ofstream(dir.path() / "cases.json") << json::serialize(c.webhooks);
    process::options o;
    o.argv = {"env", "-C", dir.path().string()};
    o.argv.insert(o.argv.end(), l.command.begin(), l.command.end());
    o.argv.emplace_back("cases.json");
    o.environment = {{"GOCACHE", GO_CACHE}, {"GOTOOLCHAIN", "local"}, {"GOPROXY", "off"}};
    o.log = dir.path() / "log";
    process run(std::move(o));
    CHECK(run.wait() == 0);
    CHECK(run.output() == c.answers);
}
