// Which of the names that are to be looked up come first, and how many at a time: a name whose server does not answer
// must not hold up the others. It holds a place for a second, and only in the last rank for ten and more. No I/O.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace tidings::http::client {

// What the last lookup of a name was like; the best first. silent: a brief one, just now, got no answer.
enum class lookup_history { prompt, unknown, slow, silent };

class lookup_queue {
  public:
    // At most so many lookups under way of names with this history or a worse one.
    static constexpr std::array<std::size_t, 4> most_under_way{256, 224, 160, 96};

    struct lookup {
        std::string name;
        lookup_history history;
        // Whether a second is enough for now.
        bool brief() const { return history != lookup_history::silent; }
    };

    void add(lookup l);
    // Takes the one that is to begin now, if any; ended() follows when it has.
    std::optional<lookup> take();
    void ended(lookup_history history);

  private:
    static constexpr std::size_t index(lookup_history h) { return static_cast<std::size_t>(h); }

    std::array<std::deque<std::string>, 4> waiting_;
    std::array<std::size_t, 4> under_way_{};
};

}  // namespace tidings::http::client
