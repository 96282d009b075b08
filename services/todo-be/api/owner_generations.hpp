// How far each owner's to-dos have been heard of: a number that every change of them moves on. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "domain/user.hpp"

namespace tidings::todo_be {

class owner_generations {
  public:
    struct generation {
        std::uint64_t number;  // of this process; never given twice
        // The last commit that changed them, by a name that is the same at each replica; empty: not known, or none was
        // heard of.
        std::string commit = {};
    };

    // Remembers at most so many owners: with one more all are as new.
    explicit owner_generations(std::size_t most = 50'000) : most_(most) {}

    const generation& of(user_id owner) const;
    void changed(user_id owner, std::string commit);
    void everybody_changed();
    // Names what an owner has been since before anything was heard of. Ignored when that is over.
    void name(user_id owner, std::uint64_t number, std::string commit);

  private:
    std::size_t most_;
    std::uint64_t last_ = 0;
    generation others_{0};  // of all that are not in the table
    std::unordered_map<std::int32_t, generation> by_owner_;
};

}  // namespace tidings::todo_be
