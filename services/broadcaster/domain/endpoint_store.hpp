// The endpoints that there are, and changing them while the broadcaster runs.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/endpoint_rules.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

// The first event that a new endpoint gets.
struct start_point {
    std::string stream;
    std::string created;  // when the stream was: one made anew counts from 1 again
    std::uint64_t sequence = 0;
};

struct registered_endpoint {
    std::string name;
    bool from_file = false;      // or from the environment: cannot be changed here
    std::uint64_t revision = 0;  // of the bucket; 0 for those of files
    endpoint_ptr settings;       // null: what is stored cannot be used, and nothing is delivered
    violations problems;         // also of what is stored under the name of one of a file
};

enum class refusal {
    rules_broken,      // the violations tell which
    not_found,         // no endpoint of that name
    name_taken,        // there is one already
    revision_differs,  // the precondition does not hold
    read_only,         // it comes from a file
    no_store,          // core mode has no bucket
    unavailable,       // NATS does not answer, or the broadcaster's own stream does not exist yet
};

struct write_failure {
    refusal why;
    std::string detail;
    violations wrong{};
};

struct written_endpoint {
    registered_endpoint now;
    bool created = false;
    std::vector<std::string> warnings{};  // of this change alone
};

// Whether a change may be made of an endpoint at this revision; nothing: there is none.
using precondition = std::function<bool(std::optional<std::uint64_t>)>;

class endpoint_store {
  public:
    using outcome = boost::system::result<written_endpoint, write_failure>;

    virtual ~endpoint_store() = default;

    // In the order of their names: `most` of those after the name `after`.
    virtual std::vector<registered_endpoint> list(std::string_view after, std::size_t most) const = 0;
    virtual std::optional<registered_endpoint> find(std::string_view name) const = 0;

    // Fails with name_taken when there is one already.
    virtual runtime::task<outcome> create(boost::json::object document) = 0;
    // Creates or replaces. Secrets that are not mentioned stay.
    virtual runtime::task<outcome> put(std::string name, boost::json::object document, precondition allowed) = 0;
    // A JSON merge patch (RFC 7396).
    virtual runtime::task<outcome> patch(std::string name, boost::json::object patch, precondition allowed) = 0;
    // What the endpoint was.
    virtual runtime::task<outcome> remove(std::string name, precondition allowed) = 0;
    // Forgets on every replica that the endpoint was paused, or disabled by its 410. Also for those of files.
    virtual runtime::task<outcome> resume(std::string name) = 0;
};

}  // namespace tidings::broadcaster
