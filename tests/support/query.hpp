// SQL for tests that check what a service stored, through psql.
#pragma once

#include <string>
#include <vector>

namespace tidings::support {

// The rows as text. Throws std::runtime_error with psql's message on failure.
std::vector<std::vector<std::string>> query(const std::string& database_url, const std::string& sql);

}  // namespace tidings::support
