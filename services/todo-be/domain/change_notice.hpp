// What a commit tells the replicas: who made it, whose to-dos have changed, and a name that no other commit has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/user.hpp"

namespace tidings::todo_be {

struct change_notice {
    std::string writer;           // of the replica; empty: told by something else
    std::vector<user_id> owners;  // whose to-dos have changed
    bool everybodys = false;      // or it is not known whose
    std::string commit = {};      // its name; empty: not known
};

// The payload "WRITER OWNERS SEQ", all but the number of the commit's last event, which the statement appends. More
// owners than fit are told as everybody.
std::string notice_of(std::string_view writer, std::vector<user_id> owners);

// A payload without a word concerns no to-do. One that is not understood concerns everybody's: a replica of another
// version wrote it, or somebody by hand.
change_notice read_notice(std::string_view payload);

}  // namespace tidings::todo_be
