// Small files read whole: configuration and mounted secrets.
#pragma once

#include <string>

namespace tidings::config {

inline constexpr std::size_t largest_file = std::size_t{16} * 1024 * 1024;

// Throws error naming the file and the reason when it cannot be read, is a folder or is larger than 16 MiB.
std::string read_bounded(const std::string& path);

}  // namespace tidings::config
