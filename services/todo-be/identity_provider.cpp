#include "identity_provider.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "identity/token_verifier.hpp"
#include "observe/log.hpp"
#include "runtime/outage.hpp"

namespace tidings::todo_be {

namespace {

class provider_report {
  public:
    provider_report(observe::metrics& registry, std::string issuer)
        : registry_(registry),
          issuer_(std::move(issuer)),
          keys_(registry.gauge("todo_oidc_keys", "Keys of the issuer that tokens are verified with")) {
        for (const auto* outcome : {"accepted", "remembered", "unavailable"})
            token(outcome);
        for (const bool ok : {true, false})
            fetches(ok);
    }

    // Looked up once for each outcome: the registry's own lookup builds label maps.
    observe::counter& token(std::string_view outcome) {
        const auto known = tokens_.find(outcome);
        if (known != tokens_.end()) return known->second;
        std::string name(outcome);
        auto made = registry_.counter("todo_oidc_tokens_total", "JWTs that were verified", {{"outcome", name}});
        return tokens_.emplace(std::move(name), made).first->second;
    }

    void fetched(const identity::key_news& news) {
        const bool ok = news.problem.empty();
        fetches(ok).add();
        if (!ok && outage_.failed(runtime::now(), news.problem))
            log::warn("the keys of the issuer cannot be fetched", {{"issuer", issuer_}, {"error", news.problem}});
        if (!ok) return;
        keys_.set(static_cast<double>(news.keys));
        if (outage_.ended() || news.changed)
            log::info("the keys of the issuer are here", {{"issuer", issuer_}, {"keys", news.keys}});
    }

  private:
    observe::counter fetches(bool ok) {
        return registry_.counter("todo_oidc_key_fetches_total", "Times that the issuer was asked for its keys",
                                 {{"outcome", ok ? "ok" : "failed"}});
    }

    observe::metrics& registry_;
    std::string issuer_;
    observe::gauge keys_;
    std::map<std::string, observe::counter, std::less<>> tokens_;
    runtime::outage outage_;
};

}  // namespace

std::unique_ptr<identity::verifier> make_verifier(const runtime::executor& ex, const identity_settings& s,
                                                  observe::metrics& registry) {
    if (s.issuer.empty()) return nullptr;
    identity::verifier_options options;
    options.expected = {.issuer = s.issuer, .audience = s.audience, .skew = s.clock_skew};
    options.keys = s.keys;
    options.jwks_url = s.jwks_url;
    options.allow_http = s.allow_http;
    const auto report = std::make_shared<provider_report>(registry, s.issuer);
    return identity::make_token_verifier(
        ex, std::move(options),
        {.on_token = [report](std::string_view outcome) { report->token(outcome).add(); },
         .on_fetch = [report](const identity::key_news& n) { report->fetched(n); }});
}

}  // namespace tidings::todo_be
