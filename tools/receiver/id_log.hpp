// Unique ids in order of first arrival. A million of them take about 80 MB: each is kept once, as a line of
// text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidings::receiver {

class id_log {
  public:
    id_log() = default;
    id_log(const id_log&) = delete;
    id_log& operator=(const id_log&) = delete;

    // Records `id`. False if it arrived before.
    bool arrived(std::string_view id);
    // Records that a webhook with `id` was answered with success. False if one was before; an
    // id that never arrived (the log was replaced meanwhile) is ignored.
    bool accepted(std::string_view id);

    std::size_t size() const { return entries_.size(); }
    std::size_t accepted_size() const { return accepted_; }
    // Every id followed by a line feed, in order.
    std::string_view lines() const { return lines_; }

  private:
    // An id is identified by the start of its line; it is looked up by its text.
    struct hash {
        using is_transparent = void;
        const std::string* lines;
        std::size_t operator()(std::uint64_t at) const { return (*this)(line(*lines, at)); }
        std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
    };
    struct same {
        using is_transparent = void;
        const std::string* lines;
        bool operator()(std::uint64_t a, std::uint64_t b) const { return a == b; }
        bool operator()(std::uint64_t at, std::string_view id) const { return line(*lines, at) == id; }
        bool operator()(std::string_view id, std::uint64_t at) const { return line(*lines, at) == id; }
    };
    static std::string_view line(const std::string& lines, std::uint64_t at);

    std::string lines_;
    std::unordered_map<std::uint64_t, bool, hash, same> entries_{16, hash{&lines_}, same{&lines_}};  // -> accepted
    std::size_t accepted_ = 0;
};

}  // namespace tidings::receiver
