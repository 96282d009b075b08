// The endpoints of one shard of a random history, and what the bucket has of them.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "domain/shard_progress.hpp"

namespace tidings::broadcaster {

class share_beside_bucket {
  public:
    using slot = shard_progress::slot;

  protected:
    struct endpoint {
        std::uint64_t start;
        std::vector<bool> wanted;        // by sequence
        std::uint64_t seen = 0;          // of what the stream has lost, or kept and shows again: below
        std::set<std::uint64_t> hand{};  // of this owner
        std::set<std::uint64_t> done{}, done_here{};
        bool wants(std::uint64_t s) const { return s >= start && wanted[s]; }
    };
    struct stored_own {
        unsigned stream;
        done_set done;
    };
    struct sent_own {
        slot n;
        unsigned restarts, stream;
        std::optional<done_set> done;
    };
    struct position {
        unsigned stream;
        std::uint64_t next;
        unsigned restarts = 0;
        own_places own{};
        std::size_t went = 0;
    };

    std::uint64_t reads_next(slot n) const {
        const auto& p = shard_.of(n);
        return p.rides() ? std::max(shard_.head(), p.next()) : p.next();
    }

    void write() {
        if (const auto next = shard_.next_shard_write())
            shard_sent_ = position{stream_, *next, restarts_, shard_.own(), went_};
        write_own();
    }
    void write_own() {
        for (const auto& [n, w] : shard_.next_own_writes())
            own_sent_.push_back({n, restarts_, stream_, w.position});
    }
    void arrive(bool shard_first) {
        if (shard_sent_ && (own_sent_.empty() || shard_first)) {
            stored_ = *std::exchange(shard_sent_, std::nullopt);
            if (stored_.restarts == restarts_) shard_.shard_stored();
        } else if (!own_sent_.empty()) {
            const auto w = std::move(own_sent_.front());
            own_sent_.pop_front();
            own_.erase(w.n);
            if (w.done) own_.insert_or_assign(w.n, stored_own{w.stream, *w.done});
            if (w.restarts == restarts_) shard_.own_stored(w.n);
        }
    }

    // Another stream of this name; or it is the same and has lost its end, which is written anew.
    void restart(bool another, std::uint64_t kept) {
        if (another) ++stream_;
        published_ = another ? 0 : kept;
        ++restarts_;
        for (auto& [n, e] : all_) {
            e.wanted.resize(published_ + 1);
            e.seen = published_ + 1;
            e.start = another ? 1 : std::min(e.start, published_ + 1);
            e.hand.clear();
            e.done.erase(e.done.upper_bound(published_), e.done.end());
            e.done_here.clear();
        }
        shard_.restart(1);
    }

    // As domain/takeover.
    bool is_beyond(unsigned stream, std::uint64_t next) const { return stream == stream_ && next > published_ + 1; }
    bool bucket_is_beyond() const {
        const auto sent = [this](const auto& w) { return w.done && is_beyond(w.stream, w.done->end()); };
        const auto own = [this](const auto& w) { return is_beyond(w.second.stream, w.second.done.end()); };
        const bool is_sent = shard_sent_ && is_beyond(shard_sent_->stream, shard_sent_->next);
        return is_sent || is_beyond(stored_.stream, stored_.next) || std::ranges::any_of(own_sent_, sent) ||
               std::ranges::any_of(own_, own);
    }
    bool made_anew() const { return stored_.stream != stream_ || is_beyond(stored_.stream, stored_.next); }
    std::optional<done_set> own_of(slot n) const {
        const auto known = own_.find(n);
        if (known == own_.end() || made_anew()) return std::nullopt;
        const bool is_other = known->second.stream != stream_ || is_beyond(stream_, known->second.done.end());
        return is_other ? done_set(1) : known->second.done;
    }
    // The shard's, if there are as many own ones as it counts.
    std::uint64_t next_of_shard() const {
        if (made_anew()) return 1;
        return own_.size() < stored_.own.count ? std::min(stored_.next, stored_.own.lowest) : stored_.next;
    }
    done_set successor_of(slot n) const {
        const auto own = own_of(n);
        return own ? *own : done_set(next_of_shard());
    }
    void load() {
        std::map<slot, std::optional<done_set>> own;
        for (const auto& [n, e] : all_)
            own[n] = own_of(n);
        const auto next = next_of_shard();
        stored_ = {stream_, next, ++restarts_, {}, went_};
        shard_ = shard_progress(stored_.next);
        own_.clear();
        for (auto& [n, e] : all_) {
            if (own[n]) {
                own_.insert_or_assign(n, stored_own{stream_, *own[n]});
                stored_.own.add(own[n]->next);
            }
            shard_.add(n, own[n], e.start);
            e.hand.clear();
            e.done_here.clear();
        }
        shard_sent_.reset();
        own_sent_.clear();
    }

    std::map<slot, endpoint> all_;
    std::uint64_t published_ = 0;
    unsigned stream_ = 1, restarts_ = 0;  // of the owner, and of the stream under it
    shard_progress shard_{1};
    position stored_{1, 1};  // in the bucket
    std::map<slot, stored_own> own_;
    std::size_t went_ = 0;  // endpoints with a position of their own, which may still be counted
    std::optional<position> shard_sent_;
    std::deque<sent_own> own_sent_;
};

}  // namespace tidings::broadcaster
