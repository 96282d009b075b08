// Those who ask for the same at the same time share one look for it.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "runtime/task.hpp"

namespace tidings::todo_be {

template <class Key, class Value, class Hash = std::hash<Key>>
class shared_looks {
  public:
    using clock = std::chrono::steady_clock;

    bool is_under_way(const Key& key) const { return under_way_.contains(key); }

    // What `look` finds, or another one that is under way, unless that began longer than `longest` before `asked`: then
    // its answer may be too old. What a look throws is for its own asker; the others look themselves.
    runtime::task<Value> get(Key key, clock::time_point asked, clock::duration longest, runtime::task<Value> look) {
        for (;;) {
            const auto known = under_way_.find(key);
            if (known == under_way_.end() || asked - known->second->begun > longest) break;
            const auto other = known->second;
            co_await other->ended.async_wait(boost::asio::as_tuple(runtime::use_task));
            if (other->found) co_return *other->found;
        }
        const turn now(*this, key, std::make_shared<one>(co_await runtime::asio::this_coro::executor, asked));
        now.mine->found = co_await std::move(look);
        co_return *now.mine->found;
    }

  private:
    struct one {
        one(const runtime::executor& ex, clock::time_point when) : begun(when), ended(ex, runtime::time_point::max()) {}

        clock::time_point begun;
        std::optional<Value> found;  // nothing at the end: whoever asked was interrupted
        runtime::steady_timer ended;
    };

    // Wakes those who wait, however it ends.
    struct turn {
        shared_looks& at;
        Key key;
        std::shared_ptr<one> mine;

        turn(shared_looks& l, Key k, std::shared_ptr<one> o) : at(l), key(std::move(k)), mine(std::move(o)) {
            at.under_way_.insert_or_assign(key, mine);
        }
        ~turn() {
            if (const auto last = at.under_way_.find(key); last != at.under_way_.end() && last->second == mine)
                at.under_way_.erase(last);
            mine->ended.cancel();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
    };

    std::unordered_map<Key, std::shared_ptr<one>, Hash> under_way_;
};

}  // namespace tidings::todo_be
