// Whether a stream is still the one that a reader reads, by what its leader says of it. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bus/jetstream/stream.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

class stream_check {
  public:
    // A leader that was cut off may not know of others' messages: a stream that ends before what was read is believed
    // only when it has been so for this long.
    static constexpr std::chrono::milliseconds stale_for{4'000};

    explicit stream_check(std::string created) : created_(std::move(created)) {}
    const std::string& created() const { return created_; }

    enum class verdict { same, ends_too_early, made_anew };
    // `next`: everything below it was read.
    verdict look(const bus::stream_info& info, std::uint64_t next, runtime::time_point now) {
        return look(info.created, info.last_seq, next, now);
    }
    verdict look(const std::string& created, std::uint64_t last, std::uint64_t next, runtime::time_point now);

    // The first message that it holds, or will.
    static std::uint64_t first_of(const bus::stream_info& info);
    // It holds every message from its first to this one; 0: some are deleted.
    static std::uint64_t complete_to(const bus::stream_info& info);

  private:
    std::string created_;
    std::optional<runtime::time_point> too_early_since_;
};

}  // namespace tidings::broadcaster
