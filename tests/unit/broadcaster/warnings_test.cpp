#include "endpoints/warnings.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

endpoint safe(std::string url = "https://billing.example/hook") {
    endpoint e;
    e.name = "billing";
    e.url = std::move(url);
    e.secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    return e;
}

std::string only_warning(const endpoint& e, bool allow_private = false) {
    const auto all = warnings_of(e, allow_private);
    return all.empty() ? "" : all.size() > 1 ? "several" : all.front();
}

bool begins(const std::string& text, std::string_view with) { return text.starts_with(with); }

}  // namespace

TEST_CASE("a signed and encrypted endpoint gives no warning") {
    CHECK(warnings_of(safe(), false).empty());
    CHECK(warnings_of(safe(), true).empty());
}

TEST_CASE("plain http gives a warning unless it stays on this machine") {
    for (const char* url : {"http://billing.example/hook", "http://10.0.0.1/", "http://[fd00::1]:80/",
                            "http://localhost.evil/", "http://127.evil.example/"}) {
        INFO(url);
        auto e = safe(url);
        e.allow_private_addresses = true;
        CHECK(begins(only_warning(e, true), "endpoint's url is http"));
    }
    for (const char* url : {"http://127.0.0.1:9000/hook", "http://127.255.0.1/", "http://[::1]/",
                            "http://localhost:80/", "http://demo.localhost/"}) {
        INFO(url);
        auto e = safe(url);
        e.allow_private_addresses = true;
        CHECK(only_warning(e, true).empty());
    }
}

TEST_CASE("an address that is refused gives a warning, as far as the url tells") {
    for (const char* url : {"https://10.0.0.1/hook", "https://127.0.0.1/", "https://[::1]/", "https://localhost:80/",
                            "https://169.254.169.254/"}) {
        INFO(url);
        CHECK(begins(only_warning(safe(url)), "endpoint's url leads to an address that is not public"));
        auto e = safe(url);
        e.allow_private_addresses = true;
        CHECK(only_warning(e, true).empty());
    }
    for (const char* url : {"https://8.8.8.8/", "https://[2606:4700::1]/", "https://billing.internal/"})
        CHECK(only_warning(safe(url)).empty());
}

TEST_CASE("other insecure settings of an endpoint give warnings") {
    auto e = safe();
    e.verify_tls = false;
    CHECK(begins(only_warning(e), "endpoint has verify_tls: false"));
    e = safe();
    e.secrets.clear();
    CHECK(begins(only_warning(e), "endpoint has no secret"));
    e = safe();
    e.allow_private_addresses = true;
    CHECK(begins(only_warning(e), "endpoint has allow_private_addresses: true"));
    CHECK(only_warning(e, true).empty());  // reported once for all
}

TEST_CASE("unused settings give no warning") {
    auto e = safe("http://127.0.0.1/");
    e.verify_tls = false;  // there is no TLS
    e.allow_private_addresses = true;
    CHECK(warnings_of(e, true).empty());
    endpoint log;
    log.format = webhook_format::log_only;
    log.verify_tls = false;
    CHECK(warnings_of(log, false).empty());
}

TEST_CASE("no warning shows a secret or a url") {
    auto e = safe("http://billing.example/hook?token=hush");
    e.verify_tls = false;
    e.allow_private_addresses = true;
    for (const auto& warning : warnings_of(e, false)) {
        CHECK(warning.find("hush") == std::string::npos);
        CHECK(warning.find("whsec_") == std::string::npos);
    }
}

TEST_CASE("a filter that matches no subject of its stream gives a warning that names both") {
    auto e = safe();
    e.source_stream = "ORDERS";
    const auto warning = [&](std::vector<std::string> subjects) { return source_warning(e, subjects); };
    CHECK(warning({"orders.>"}).empty());  // it wants all
    e.source_subject = "orders.paid.*";
    CHECK(warning({"orders.>"}).empty());
    CHECK(warning({"other", "orders.*.1"}).empty());
    CHECK(warning({"*.paid.>"}).empty());
    CHECK(warning({}).empty());  // not known
    CHECK(warning({"orders", "orders.paid", "invoices.>"}) ==
          "endpoint's source.subject 'orders.paid.*' matches no subject of stream ORDERS (orders, orders.paid, "
          "invoices.>): nothing that is published there reaches it");
    CHECK(warning({"a", "b", "c", "d", "e", "f", "g"}).find("(a, b, c, d, e and 2 more)") != std::string::npos);
}

TEST_CASE("a message for people needs no signature") {
    auto e = safe();
    e.secrets.clear();
    e.format = webhook_format::slack;
    CHECK(warnings_of(e, false).empty());
}
