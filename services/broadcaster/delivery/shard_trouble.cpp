// What keeps the endpoints of a shard from being delivered to, for people.
#include <boost/algorithm/string/join.hpp>
#include <set>

#include "delivery/shard_keeper.hpp"

namespace tidings::broadcaster {

std::string shard_keeper::trouble() const {
    std::set<std::string> all;
    for (const auto& [stream, why] : roster_.missing_streams())
        all.insert(why);
    if (wanted_ && !shard_ && !roster_.empty()) all.insert(not_taken());
    return boost::algorithm::join(all, "; ");
}

std::string shard_keeper::not_taken() const {
    return "shard " + o_.name + " is not taken yet" + (hindered_.empty() ? "" : ": " + hindered_);
}

std::string shard_keeper::trouble_of(const endpoint& e) const {
    const auto missing = roster_.missing_streams().find(e.source_stream);
    if (missing != roster_.missing_streams().end()) return missing->second;
    if (shard_) return "where it begins is being stored";
    return wanted_ ? not_taken() : trouble();
}

}  // namespace tidings::broadcaster
