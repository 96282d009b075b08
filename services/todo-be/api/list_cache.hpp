// The first pages of the list, ready to send. An answer is kept only while it cannot be out of date: every write by any
// replica invalidates all of them, and nothing is kept while notifications from other replicas are unavailable.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message/response.hpp"

namespace tidings::todo_be {

class list_cache {
  public:
    using clock = std::chrono::steady_clock;

    // At most `most` answers, `most_bytes` in total (and as much again at most for what of them is compressed); the
    // least used are evicted first. None is used for longer than `longest`, which covers changes that no replica made
    // (by hand, in SQL).
    explicit list_cache(std::size_t most = 64, clock::duration longest = std::chrono::seconds(2),
                        std::size_t most_bytes = std::size_t{4} << 20U);

    // Null when there is none. `query` names whose list it is, too.
    http::prepared_response find(std::string_view query, clock::time_point now);

    // Take the generation before reading; an answer that was read before an invalidation does not get in.
    std::uint64_t generation() const { return generation_; }
    void put(std::string query, std::uint64_t generation, http::prepared_response answer, clock::time_point now);

    void invalidate();
    // Whether writes of other replicas are being notified. Initially false.
    void live(bool is_live);

    std::size_t size() const { return entries_.size(); }

  private:
    struct entry {
        std::string query;
        http::prepared_response answer;
        clock::time_point read;
    };

    using place = std::list<entry>::iterator;
    void drop(place p);

    std::size_t most_;
    clock::duration longest_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    bool live_ = false;
    std::uint64_t generation_ = 0;
    std::list<entry> entries_;                              // the latest used first
    std::unordered_map<std::string_view, place> by_query_;  // views of the entries' own text
};

}  // namespace tidings::todo_be
