// The identity provider of provider.mjs, and a verifier of its tokens with its loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "identity/token_verifier.hpp"
#include "support/servers.hpp"

namespace tidings::test {

namespace json = boost::json;
using namespace std::chrono_literals;

class provider {
  public:
    provider();
    void start();  // again, on the same port, with other keys
    void kill() { child_.reset(); }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    // What the token endpoint answers to `form`; robot's secret is sent along for robot.
    json::object token(const std::string& form) const;
    // An access token of robot for itself.
    std::string robot() const;
    json::object login() const;  // of anna, at app
    std::string forge(const std::string& attack, const json::object& claims = {}) const;
    void rotate() const { control("POST", "rotate"); }
    void sign_with(const std::string& alg) const { control("POST", "alg?is=" + alg); }
    void answer_keys(const std::string& mode) const { control("POST", "mode?is=" + mode); }
    int fetches() const { return std::stoi(control("GET", "fetches")); }

  private:
    std::string control(const std::string& method, const std::string& what, const std::string& body = {}) const;

    support::temp_dir dir_;
    std::uint16_t port_ = support::free_port();
    std::optional<support::process> child_;
};

inline constexpr const char* audience = "https://todo.example.com/api";
identity::verifier_options options_for(const provider& p);

class verifying {
  public:
    using verdict = std::variant<identity::principal, identity::refusal>;

    // Returns when the first fetch has ended.
    explicit verifying(const identity::verifier_options& options);

    verdict ask(const std::string& token);
    // The principal's subject, or why there is none.
    std::string subject(const std::string& token);
    std::string why(const std::string& token);
    bool unavailable(const std::string& token);
    // Runs the loop until it holds; false after 20 s.
    bool run_until(const std::function<bool()>& condition);

    std::vector<std::string> outcomes;
    std::vector<identity::key_news> news;

  private:
    boost::asio::io_context ctx_{1};
    std::unique_ptr<identity::verifier> verifier_;
};

}  // namespace tidings::test
