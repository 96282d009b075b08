// Webhooks of real events, verified by receivers' libraries. See receivers.mjs for the checks.
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <optional>

#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings::support;

namespace {

namespace json = boost::json;

// The key of RFC 8032, section 7.1, test 1.
constexpr const char* seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
constexpr const char* public_half = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
constexpr const char* bytes_24 = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* bytes_25 = "a2tra2tra2tra2tra2tra2tra2tra2traw==";
constexpr const char* bytes_32 = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";

struct endpoint {
    std::string secrets;    // what the broadcaster is given
    json::object receiver;  // what the receiver knows
};

std::string prefixed(const char* base64) { return std::string("whsec_") + base64; }

// Every form of a key that the broadcaster accepts.
const std::map<std::string, endpoint>& endpoints() {
    static const std::map<std::string, endpoint> all{
        {"prefixed", {prefixed(bytes_24), {{"secret", prefixed(bytes_24)}}}},
        {"padded-once", {prefixed(bytes_32), {{"secret", prefixed(bytes_32)}}}},
        {"padded-twice", {prefixed(bytes_25), {{"secret", prefixed(bytes_25)}}}},
        {"bare", {bytes_24, {{"secret", bytes_24}}}},
        {"bare-padded", {bytes_32, {{"secret", bytes_32}}}},
        {"bare-here", {bytes_32, {{"secret", prefixed(bytes_32)}}}},
        {"bare-there", {prefixed(bytes_25), {{"secret", bytes_25}}}},
        {"new-key", {prefixed(bytes_24) + ", " + bytes_32, {{"secret", bytes_24}}}},
        {"old-key", {prefixed(bytes_24) + ", " + bytes_32, {{"secret", bytes_32}}}},
        {"beside-ed25519", {std::string("whsk_") + seed + ", " + bytes_32, {{"secret", bytes_32}}}},
        {"ed25519", {std::string("whsk_") + seed, {{"public", public_half}}}},
    };
    return all;
}

bool answers(std::uint16_t port, const std::string& path) {
    try {
        return http_call("GET", "http://127.0.0.1:" + std::to_string(port) + path).status == 200;
    } catch (const std::exception&) {
        return false;
    }
}

// A program with its own port that responds at `path` when ready.
class server {
  public:
    server(std::vector<std::string> argv, std::map<std::string, std::string> environment, const std::string& path) {
        environment["PORT"] = std::to_string(port_);
        environment["METRICS_PORT"] = std::to_string(free_port());
        process::options o;
        o.argv = std::move(argv);
        o.environment = std::move(environment);
        o.log = dir_.path() / "log";
        child_.emplace(std::move(o));
        if (!eventually([&] { return answers(port_, path); })) FAIL(log());
    }
    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    std::string log() const { return child_->output(); }

  private:
    temp_dir dir_;
    std::uint16_t port_ = free_port();
    std::optional<process> child_;
};

server start_receivers() {
    json::object keys;
    for (const auto& [name, e] : endpoints())
        keys["/" + name] = e.receiver;
    return {{"node", WEBHOOKS_FOLDER "/receivers.mjs"}, {{"KEYS", json::serialize(keys)}}, "/summary"};
}

void write_configuration(const std::filesystem::path& file, const server& receivers) {
    std::ofstream out(file);
    out << "allow_private_addresses: true\nendpoints:\n";
    for (const auto& [name, e] : endpoints())
        out << "  - {name: " << name << ", url: '" << receivers.url("/" + name) << "', secrets: [" << e.secrets
            << "], deliver_from: beginning}\n";
}

void make_two_events(const server& todo_be) {
    const auto made =
        http_call("POST", todo_be.url("/api/todos"), R"({"title":"title: Brötchen 🥐 'und' \"Öl\" \\ &"})",
                  {{"Content-Type", "application/json"}});
    REQUIRE(made.status == 201);
    const auto id = std::string(json::parse(made.body).at("id").as_string());
    REQUIRE(http_call("PATCH", todo_be.url("/api/todos/" + id), R"({"done":true})",
                      {{"Content-Type", "application/merge-patch+json"}})
                .status == 200);
}

// Every check of every path passed for every event; the text says which did not.
bool all_held(const json::object& summary, std::uint64_t events) {
    if (summary.size() != endpoints().size()) return false;
    for (const auto& [path, checks] : summary) {
        for (const auto& [what, tally] : checks.as_object())
            if (tally.at("held").to_number<std::uint64_t>() < events) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("third-party libraries verify webhooks with every accepted form of key") {
    postgres_server postgres;
    nats_server nats;
    temp_dir dir;
    const auto receivers = start_receivers();
    write_configuration(dir.path() / "broadcaster.yaml", receivers);
    const server todo_be({program("todo-be")}, {{"DATABASE_URL", postgres.url()}, {"NATS_URL", nats.url()}}, "/readyz");
    const server broadcaster({program("broadcaster"), "--config", (dir.path() / "broadcaster.yaml").string()},
                             {{"NATS_URL", nats.url()}}, "/readyz");
    make_two_events(todo_be);
    json::object summary;
    const bool held = eventually([&] {
        summary = json::parse(http_call("GET", receivers.url("/summary")).body).as_object();
        return all_held(summary, 2);
    });
    INFO(broadcaster.log() << receivers.log() << json::serialize(summary));
    CHECK(held);
    for (const auto& [path, checks] : summary) {
        CHECK(checks.as_object().size() == (path == "/ed25519" ? 7 : 15));
        for (const auto& [what, tally] : checks.as_object()) {
            INFO(std::string(path) << ": " << std::string(what) << ": " << json::serialize(tally));
            CHECK(tally.at("failed").as_array().empty());
        }
    }
}
