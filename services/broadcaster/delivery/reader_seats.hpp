// How many endpoints read alone at the same time: each reader may have some megabytes on their way that are not in hand
// yet. Who waits gets the next seat, in the order in which they began to ask; those that are late with what they have
// in hand, as an endpoint that hangs, after all others and only half of the seats.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>

namespace tidings::broadcaster {

class reader_seats {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using seat = std::shared_ptr<void>;
    static constexpr std::size_t most = 32;
    static constexpr std::chrono::milliseconds forgotten_after{500};  // who has not asked again by then
    static constexpr std::chrono::seconds turn{1};                    // when others wait

    // Null: not now, ask again. `who` names the asker.
    seat take(const void* who, bool late, time_point now);
    // Others wait: who has it since `since` should give it back.
    bool wanted(time_point since, time_point now) const { return !waiting_.empty() && now - since >= turn; }

  private:
    struct asker {
        const void* who;
        bool late;
        time_point last;
    };
    std::shared_ptr<std::size_t> taken_ = std::make_shared<std::size_t>(0);
    std::deque<asker> waiting_;
};

}  // namespace tidings::broadcaster
