#include <boost/json/parse.hpp>

#include "signing/webhook_signature.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using support::http_answer;
using support::http_call;

namespace {

using headers = std::vector<std::pair<std::string, std::string>>;

const std::string old_secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const std::string new_secret = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";

// The program on a free port, ready.
class receiver_process {
  public:
    explicit receiver_process(std::vector<std::string> options = {},
                              std::map<std::string, std::string> environment = {}) {
        std::vector<std::string> argv{support::program("receiver"), "--port", std::to_string(port_), "--metrics-port",
                                      std::to_string(metrics_port_)};
        argv.insert(argv.end(), options.begin(), options.end());
        process_.emplace(support::process::options{argv, std::move(environment), dir_.path() / "log", {}});
        REQUIRE(support::eventually([this] { return answers(); }));
    }

    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    std::string metrics() const {
        return http_call("GET", "http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics").body;
    }
    boost::json::value stats() const { return boost::json::parse(http_call("GET", url("/stats")).body); }
    int told(const std::string& behaviour) const { return http_call("POST", url("/behaviour"), behaviour).status; }
    std::string output() const { return process_->output(); }
    support::process& process() { return *process_; }

  private:
    bool answers() const {
        try {
            return http_call("GET", url("/readyz")).status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    support::temp_dir dir_;
    std::uint16_t port_ = support::free_port();
    std::uint16_t metrics_port_ = support::free_port();
    std::optional<support::process> process_;
};

std::string event(const std::string& key, int sequence) {
    return R"({"specversion":"1.0","id":"e","source":"/todos","type":"io.tidings.todo.created.v1","subject":")" + key +
           R"(","partitionkey":")" + key + R"(","sequence":")" + std::to_string(sequence) +
           R"(","data":{"todo":{"title":"Buy <milk>"}}})";
}

headers signed_headers(const std::string& secret, const std::string& id, const std::string& body) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    auto signer = signing::webhook_signer::create({secret}).value();
    std::string signature;
    signer.sign(id, now.count(), body, signature);
    return {{"webhook-id", id}, {"webhook-timestamp", std::to_string(now.count())}, {"webhook-signature", signature}};
}

http_answer deliver(const receiver_process& r, const std::string& path, const std::string& id, const std::string& body,
                    const std::string& secret = old_secret) {
    return http_call("POST", r.url(path), body, signed_headers(secret, id, body));
}

}  // namespace

TEST_CASE("signed webhooks are accepted, listed and counted") {
    receiver_process r({"--secret", old_secret + "," + new_secret});
    CHECK(deliver(r, "/hook", "id-1", event("todo-1", 1)).status == 204);
    CHECK(deliver(r, "/hook", "id-3", event("todo-1", 3), new_secret).status == 204);
    CHECK(deliver(r, "/hook", "id-2", event("todo-1", 2)).status == 204);
    CHECK(deliver(r, "/hook", "id-1", event("todo-1", 1)).status == 204);
    CHECK(deliver(r, "/deeper/path", "id-1", "any body").status == 204);
    const auto stats = r.stats();
    CHECK(stats.at("received") == 5);
    CHECK(stats.at("unique") == 4);
    CHECK(stats.at("duplicates") == 1);
    CHECK(stats.at("order_violations") == 1);
    CHECK(stats.at("bad_signatures") == 0);
    CHECK(stats.at("statuses").at("204") == 5);
    CHECK(stats.at("paths").at("/deeper/path").at("received") == 1);
    CHECK(http_call("GET", r.url("/ids?path=/hook")).body == "id-1\nid-3\nid-2\n");
    CHECK(http_call("GET", r.url("/ids?path=/none")).body.empty());
    CHECK(http_call("GET", r.url("/ids")).status == 400);
    CHECK(r.output().find(
              "204  /hook  verified  io.tidings.todo.created.v1  todo-1  {\"todo\":{\"title\":\"Buy <milk>\"}}\n") !=
          std::string::npos);
    CHECK(support::metric_value(r.metrics(), "receiver_webhooks_total{outcome=\"accepted\"}") == 5);
}

TEST_CASE("a webhook not signed with one of the secrets is rejected and not counted as arrived") {
    receiver_process r({}, {{"RECEIVER_SECRET", old_secret}});
    CHECK(deliver(r, "/hook", "id-1", "body", new_secret).status == 401);
    CHECK(http_call("POST", r.url("/hook"), "unsigned").status == 401);
    auto tampered = signed_headers(old_secret, "id-1", "body");
    CHECK(http_call("POST", r.url("/hook"), "other body", tampered).status == 401);
    const auto stats = r.stats();
    CHECK(stats.at("received") == 3);
    CHECK(stats.at("bad_signatures") == 3);
    CHECK(stats.at("unique") == 0);
    CHECK(r.output().find("401  /hook  bad signature") != std::string::npos);
}

TEST_CASE("an invalid secret prevents the start with the reason, and is not shown") {
    const support::temp_dir dir;
    support::process p({{support::program("receiver"), "--port", "0", "--metrics-port", "0"},
                        {{"RECEIVER_SECRET", old_secret + ",a plain text secret"}},
                        dir.path() / "log",
                        {}});
    CHECK(p.wait() == 2);
    CHECK(p.output().find("number 2 is not base64") != std::string::npos);
    CHECK(p.output().find("plain text secret") == std::string::npos);
}

TEST_CASE("each path behaves as configured, others succeed") {
    receiver_process r;
    CHECK(r.told(R"({"path":"/fail","mode":"fail","status":503,"retry_after":"2","times":1})") == 204);
    CHECK(r.told(R"({"path":"/gone","mode":"gone"})") == 204);
    CHECK(r.told(R"({"path":"/throttle","mode":"throttle"})") == 204);
    CHECK(r.told(R"({"path":"/redirect","mode":"redirect"})") == 204);
    CHECK(r.told(R"({"path":"/close","mode":"close"})") == 204);
    CHECK(r.told(R"({"path":"/slow","mode":"slow","delay_ms":300})") == 204);
    CHECK(r.told(R"({"path":"/hang","mode":"hang"})") == 204);
    CHECK(r.told(R"({"path":"/odd","mode":"odd"})") == 422);
    const auto failed = http_call("POST", r.url("/fail"), "x");
    CHECK(failed.status == 503);
    CHECK(failed.header("retry-after") == "2");
    CHECK(http_call("POST", r.url("/fail"), "x").status == 204);
    CHECK(http_call("POST", r.url("/gone"), "x").status == 410);
    CHECK(http_call("POST", r.url("/throttle"), "x").header("retry-after") == "1");
    CHECK(http_call("POST", r.url("/redirect"), "x").status == 302);
    CHECK_THROWS(http_call("POST", r.url("/close"), "x"));
    const auto began = std::chrono::steady_clock::now();
    CHECK(http_call("POST", r.url("/slow"), "x").status == 204);
    CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(300));
    CHECK(r.stats().at("statuses").at("0") == 1);
}

TEST_CASE("a hanging webhook blocks neither others nor the shutdown") {
    receiver_process r;
    REQUIRE(r.told(R"({"path":"/hang","mode":"hang"})") == 204);
    const auto port = static_cast<std::uint16_t>(std::stoi(r.url("").substr(r.url("").rfind(':') + 1)));
    CHECK(support::raw_exchange(port, "POST /hang HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
                                std::chrono::milliseconds(300))
              .empty());
    CHECK(http_call("POST", r.url("/hook"), "x").status == 204);
    CHECK(r.process().stop(std::chrono::seconds(5)) == 0);
}

TEST_CASE("the counters can be reset") {
    receiver_process r({"--quiet"});
    http_call("POST", r.url("/hook"), "x", {{"webhook-id", "id-1"}});
    CHECK(r.stats().at("unique") == 1);
    CHECK(http_call("DELETE", r.url("/stats")).status == 204);
    CHECK(r.stats().at("received") == 0);
    CHECK(http_call("GET", r.url("/ids?path=/hook")).body.empty());
    CHECK(r.output().find("/hook") == std::string::npos);
}

TEST_CASE("the page shows the latest webhooks, escaped") {
    receiver_process r;
    CHECK(http_call("GET", r.url("/")).body.find("None yet") != std::string::npos);
    http_call("POST", r.url("/hook"), event("<b>todo</b>", 1));
    const auto page = http_call("GET", r.url("/"));
    CHECK(page.header("content-type") == "text/html; charset=utf-8");
    CHECK(page.body.find("&lt;b&gt;todo&lt;/b&gt;") != std::string::npos);
    CHECK(page.body.find("Buy &lt;milk&gt;") != std::string::npos);
    CHECK(page.body.find("<b>") == std::string::npos);
    CHECK(page.body.find("http-equiv=\"refresh\"") != std::string::npos);
}

TEST_CASE("many ids are streamed completely") {
    receiver_process r({"--quiet"});
    std::string expected;
    for (int i = 0; i < 2'000; ++i) {
        const auto id = "id-" + std::to_string(i) + std::string(60, 'x');
        http_call("POST", r.url("/hook"), "x", {{"webhook-id", id}});
        expected += id + '\n';
    }
    CHECK(http_call("GET", r.url("/ids?path=/hook")).body == expected);
}

TEST_CASE("a bad option is reported and prevents the start") {
    const support::temp_dir dir;
    const auto ends_with = [&](std::vector<std::string> options) {
        options.insert(options.begin(), support::program("receiver"));
        support::process p({options, {}, dir.path() / "log", {}});
        return p.wait();
    };
    CHECK(ends_with({"--port", "99999"}) == 2);
    CHECK(ends_with({"--prot", "1"}) == 2);
    CHECK(ends_with({"--help"}) == 0);
    CHECK(ends_with({"--version"}) == 0);
}

TEST_CASE("unusable secrets prevent the start and are not shown") {
    const auto* secret = GENERATE("whsec_x", "short", "whpk_AAAA");
    support::temp_dir dir;
    support::process p(
        {{support::program("receiver"), "--port", "0", "--metrics-port", "0", "--secret", old_secret + "," + secret},
         {},
         dir.path() / "log",
         {}});
    CHECK(p.wait(std::chrono::seconds(10)) == 2);
    CHECK(p.output().find("RECEIVER_SECRET: number 2 ") != std::string::npos);
    CHECK(p.output().find("MDEyMzQ1") == std::string::npos);
}

TEST_CASE("DNS rebinding cannot control the receiver, a program may use any host name") {
    const receiver_process r;
    const auto port = static_cast<std::uint16_t>(std::stoi(r.url("").substr(std::string("http://127.0.0.1:").size())));
    const auto status = [&](const std::string& host, const std::string& header) {
        const auto answer = support::raw_exchange(
            port, "DELETE /stats HTTP/1.1\r\nHost: " + host + "\r\n" + header + "Connection: close\r\n\r\n");
        return answer.substr(9, 3);
    };
    CHECK(status("evil.example", "Origin: http://evil.example\r\n") == "403");
    CHECK(status("evil.example:1", "Origin: http://evil.example:1\r\n") == "403");
    CHECK(status("evil.example", "Sec-Fetch-Site: same-origin\r\n") == "403");
    CHECK(status("localhost:1", "Origin: http://localhost:1\r\n") == "204");
    CHECK(status("receiver.staging.svc", "") == "204");
}

TEST_CASE("pages of other sites cannot control the receiver") {
    const receiver_process r;
    const std::string gone = R"({"path":"/a","mode":"gone"})";
    for (const headers& h : {headers{{"Origin", "https://evil.example"}, {"Content-Type", "text/plain"}},
                             headers{{"Sec-Fetch-Site", "cross-site"}}, headers{{"Origin", "null"}}}) {
        CHECK(http_call("POST", r.url("/behaviour"), gone, h).status == 403);
        CHECK(http_call("DELETE", r.url("/stats"), "", h).status == 403);
    }
    CHECK(http_call("POST", r.url("/a"), event("a", 1)).status == 204);
    CHECK(r.told(gone) == 204);
}
