// What the server says this user may not do: it drops the message and says so beside the reply that never comes. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>

namespace tidings::bus {

class refusals {
  public:
    static constexpr std::size_t most = 20;  // of one link: subjects may be many

    // `error`: the link's last one. To be asked every now and then; each refusal is news once, in the server's words.
    std::optional<std::string> news(const std::string& error) {
        if (error.find("Permissions Violation") == std::string::npos || told_.size() >= most) return std::nullopt;
        return told_.insert(error).second ? std::optional(error) : std::nullopt;
    }
    // Another link: the user's rights may be others.
    void reset() { told_.clear(); }

  private:
    std::set<std::string> told_;
};

}  // namespace tidings::bus
