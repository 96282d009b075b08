// Where endpoints come from: those of the file and the environment, and what the API may say of others.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/endpoint_rules.hpp"
#include "settings.hpp"

namespace tidings::broadcaster {

// The same for the same names, in whichever order, in every process and version. Not empty.
std::string digest_of_names(std::span<const endpoint_ptr> endpoints);

// Each with its source stream.
std::vector<endpoint_ptr> file_endpoints(const settings& s);

// Borrows from `s`.
endpoint_policy api_policy(const settings& s);

}  // namespace tidings::broadcaster
