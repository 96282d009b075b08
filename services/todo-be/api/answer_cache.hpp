// Answers to reads, ready to send, as long as the owner's to-dos are what they were. Pure: told what is heard of, and
// the time.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/owner_generations.hpp"
#include "http/message/response.hpp"

namespace tidings::todo_be {

struct kept_read {
    http::prepared_response answer;  // of one to-do its JSON alone; null: none
    std::int64_t version = 0;        // of that to-do
};

class answer_cache {
  public:
    using clock = std::chrono::steady_clock;

    // At most `most_bytes` in total (and as much again at most for what of them is compressed), none larger than a
    // quarter of that; the least used are evicted first. 0: keeps nothing. None is used for longer than `longest`,
    // which covers changes that no replica made (by hand, in SQL).
    explicit answer_cache(std::size_t most_bytes = std::size_t{8} << 20U,
                          clock::duration longest = std::chrono::seconds(2));

    // Whether changes are being heard of. Initially false: then nothing is kept.
    void live(bool is_live);
    bool is_live() const { return live_ && most_bytes_ > 0; }
    owner_generations& generations() { return generations_; }

    // Before it is believed, find out what has changed.
    kept_read find(user_id owner, std::string_view what, clock::time_point now);

    // Take the generation before reading: what was read before a change does not get in after it.
    void put(user_id owner, std::string_view what, std::uint64_t generation, kept_read read, clock::time_point now);

    std::size_t size() const { return entries_.size(); }
    std::size_t bytes() const { return bytes_; }

  private:
    struct entry {
        std::string name;
        user_id owner;
        std::uint64_t generation;
        kept_read read;
        clock::time_point at;

        std::size_t bytes() const;
    };
    using place = std::list<entry>::iterator;
    void drop(place p);

    std::size_t most_bytes_;
    clock::duration longest_;
    std::size_t bytes_ = 0;
    bool live_ = false;
    owner_generations generations_;
    std::list<entry> entries_;                             // the latest used first
    std::unordered_map<std::string_view, place> by_name_;  // views of the entries' own text
};

}  // namespace tidings::todo_be
