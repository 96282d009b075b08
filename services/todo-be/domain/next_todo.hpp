// The to-do that comes after one that recurs and is done. Pure: what the clocks of time zones say is asked for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "domain/todo.hpp"

namespace tidings::todo_be {

// What is known of the clocks of time zones, and what is still to be looked up: whoever has the rules of the zones
// answers `wanted`, and the decision is made again.
class zone_clocks {
  public:
    enum class direction { to_clock, to_instant };  // of a zone, or from it
    using question = std::tuple<direction, ids::timestamp, std::string>;

    // Nothing, and noted, while it is not known. A clock time that a change of the clocks leaves out is read with the
    // offset before it; one that comes twice is the first (RFC 5545, 3.3.5).
    std::optional<ids::timestamp> ask(direction d, ids::timestamp t, const std::string& zone);
    void answer(const question& q, ids::timestamp t) { known_[q] = t; }
    const std::vector<question>& wanted() const { return wanted_; }
    void forget_wanted() { wanted_.clear(); }

  private:
    std::map<question, ids::timestamp> known_;
    std::vector<question> wanted_;
};

// What a to-do of these fields, which is done and has a due and a recurrence, leaves to do: the same with its next due
// date and what is left of its rule. Nothing at the end of the rule, or while `clocks` must be asked.
std::optional<todo_fields> next_of(const todo_fields& done, zone_clocks& clocks);

}  // namespace tidings::todo_be
