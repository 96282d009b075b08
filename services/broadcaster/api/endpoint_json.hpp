// Endpoints as the API shows them: never a secret, and of the url only scheme and host, since its path may be one.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/endpoint_status.hpp"
#include "domain/endpoint_store.hpp"
#include "domain/test_result.hpp"

namespace tidings::broadcaster {

// `status`: nothing when delivery does not know it.
boost::json::object endpoint_json(const registered_endpoint& e, const std::optional<endpoint_status>& status,
                                  const std::vector<std::string>& warnings);

boost::json::array violations_json(const violations& all);

boost::json::object test_json(const test_result& r);

}  // namespace tidings::broadcaster
