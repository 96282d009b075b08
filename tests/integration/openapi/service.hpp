// A service under test with a bearer token, and the statuses it gave for each operation of its openapi.yaml.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/openapi/document.hpp"
#include "support/process.hpp"

namespace tidings::test {

struct raw_request {
    std::string line_end = " HTTP/1.1";  // after the path; may include a query
    std::string headers;                 // each with its line ending
    std::string body;                    // sent as is, without a Content-Length
};

class service {
  public:
    static constexpr const char* token = "0123456789abcdef";
    static constexpr std::size_t descriptors = 160;  // more than operations, and few, so that a test can exhaust them

    // Returns when it is ready. `environment` is added to the defaults.
    service(const std::string& name, std::map<std::string, std::string> environment);

    // In all paths from now on.
    void always(const std::string& name, const std::string& value) { always_[name] = value; }
    // Operations of to-dos and events are from now on those below `place`, as far as they are there.
    void below(const std::string& place) { below_ = place; }

    // Sends a request for `o` with {id}, {sequence} and whatever else is not `always` something replaced by `value`,
    // notes the status and returns the response.
    std::string send(const std::string& operation, const std::string& value, const raw_request& r,
                     bool with_token = true, std::chrono::milliseconds limit = std::chrono::seconds(5));
    // Provokes the errors of the server itself, for any operation.
    void provoke_refusals(const std::string& value);

    // Differences between what the document says and what was seen; empty when there are none. Not expected: 500, which
    // only a defect leads to (tests/integration/http: "a handler that throws").
    std::vector<std::string> differences() const;

    // Adds the statuses of another process of the same service.
    void add_seen(const service& other);

  private:
    std::string bytes(const openapi::operation& o, const std::string& value, const raw_request& r,
                      bool with_token) const;
    std::string placed(const std::string& operation) const;
    void note(const std::string& operation, const std::string& response);
    void provoke_timeouts(const std::string& value);
    void provoke_too_many_connections(const std::string& value);

    std::vector<openapi::operation> operations_;
    std::map<std::string, std::string> always_;
    std::string below_;
    support::temp_dir dir_;
    std::uint16_t port_, metrics_port_;
    support::process process_;
    std::map<std::string, std::set<unsigned>> seen_;
};

// Headers of a request with `body` in JSON.
raw_request json(const std::string& body, const std::string& type = "application/json");

}  // namespace tidings::test
