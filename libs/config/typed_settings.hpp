// Settings that are text of a certain form, read through a reader; another form is a problem of that setting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/reader.hpp"

namespace tidings::config {

// The path of a required file: a missing, empty or unreadable one is a problem. Empty: none.
// True: there is a file.
bool read_file(reader& in, const setting& s, std::string& path);
// A list of files, each of which holds a secret; one closing line end is not part of it. One that is empty or cannot be
// read is a problem. What the files hold.
std::vector<std::string> read_secret_files(reader& in, const setting& s);
// Host names, each valid in a request's Host, or *.
void read_hosts(reader& in, const setting& s, std::vector<std::string>& values);
// A bearer token: visible ASCII, or it could never be sent. Empty: none.
void read_token(reader& in, const setting& s, std::string& value);
// An IP address to listen on: 127.0.0.1, 0.0.0.0, ::
void read_address(reader& in, const setting& s, std::string& value);
// What precedes every path of an API, such as /project; a slash at its end is dropped. Empty: nothing.
void read_base_path(reader& in, const setting& s, std::string& value);

// A second place to listen on must not be the first one: a problem of `key` otherwise.
void check_apart(reader& in, std::string_view key, const std::string& address, std::uint16_t port,
                 const std::string& first_address, std::uint16_t first_port);

}  // namespace tidings::config
