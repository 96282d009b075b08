// One replica of todo-be under test, and short names for talking to it.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/servers.hpp"

namespace tidings::todo_be_test {

using headers = std::vector<std::pair<std::string, std::string>>;

struct backend_options {
    std::map<std::string, std::string> environment;  // further settings
    bool wait_ready = true;
};

class backend {
  public:
    backend(const std::string& database_url, const std::string& nats_url, backend_options options = {});

    support::http_answer call(const std::string& method, const std::string& path, const std::string& body = {},
                              headers h = {}) const;
    support::http_answer post(const std::string& body, headers h = {}) const;
    support::http_answer patch(const std::string& id, const std::string& body, headers h = {}) const;
    boost::json::object get(const std::string& id) const;

    bool ready() const;
    std::optional<double> metric(const std::string& series) const;
    std::uint16_t port() const { return port_; }
    support::process& process() { return process_; }
    std::string log() const { return process_.output(); }

  private:
    support::temp_dir dir_;
    std::uint16_t port_;
    std::uint16_t metrics_port_;
    support::process process_;
};

boost::json::object json_of(const support::http_answer& answer);
std::string text_of(const boost::json::value& v);
// The id of a to-do that was just created; fails the test when it was not.
std::string id_of(const support::http_answer& created);
bool is_problem(const support::http_answer& answer, int status);

// A private database and NATS.
struct servers {
    support::postgres_server postgres;
    support::nats_server nats;
    backend start(backend_options options = {}) const { return {postgres.url(), nats.url(), std::move(options)}; }
};

}  // namespace tidings::todo_be_test
