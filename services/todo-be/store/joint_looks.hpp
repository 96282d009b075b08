// Looks for many things at once: what is asked for while a look is under way is looked for together, in the next one,
// as writes that wait share a statement.
#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/task.hpp"

namespace tidings::todo_be {

template <class Key, class Found>
class joint_looks {
  public:
    // What is found for each of the keys, in their order.
    using look = std::function<runtime::task<std::vector<Found>>(std::vector<Key>)>;

    // `most` keys are looked for at once.
    joint_looks(look find, std::size_t most) : look_(std::move(find)), most_(most) {}

    // Throws what a look throws that began after the call, whoever's: all that wait then fail, so that nobody waits for
    // one failure after the other.
    runtime::task<Found> get(Key key) {
        const auto mine = std::make_shared<one>(co_await runtime::asio::this_coro::executor, std::move(key));
        const place in_line(*this, mine);
        while (!mine->found && !mine->why) {
            if (!looking_) {
                co_await look_once();
            } else {
                co_await mine->woken.async_wait(boost::asio::as_tuple(runtime::use_task));
            }
        }
        if (mine->why) std::rethrow_exception(mine->why);
        co_return std::move(*mine->found);
    }

  private:
    struct one {
        one(const runtime::executor& ex, Key k) : key(std::move(k)), woken(ex, runtime::time_point::max()) {}

        Key key;
        std::optional<Found> found;
        std::exception_ptr why;
        runtime::steady_timer woken;
    };
    using some = std::vector<std::shared_ptr<one>>;

    // Of one who waits. Whoever is interrupted leaves it, and is not waited for.
    struct place {
        joint_looks& at;
        const std::shared_ptr<one>& mine;

        place(joint_looks& l, const std::shared_ptr<one>& o) : at(l), mine(o) { at.waiting_.push_back(o); }
        ~place() {
            if (!mine->found && !mine->why) std::erase(at.waiting_, mine);
            if (!at.looking_) at.wake_next();
        }
        place(const place&) = delete;
        place& operator=(const place&) = delete;
    };

    // Wakes those whom it was for, and one of those who wait, to look next. Who has nothing then waits again: whoever
    // looked was interrupted.
    struct turn {
        joint_looks& at;
        some whom;

        explicit turn(joint_looks& l) : at(l) {
            at.looking_ = true;
            const auto n = std::min(at.waiting_.size(), at.most_);
            whom.assign(at.waiting_.begin(), at.waiting_.begin() + static_cast<std::ptrdiff_t>(n));
            at.waiting_.erase(at.waiting_.begin(), at.waiting_.begin() + static_cast<std::ptrdiff_t>(n));
        }
        ~turn() {
            at.looking_ = false;
            for (auto o = whom.rbegin(); o != whom.rend(); ++o) {
                if (!(*o)->found && !(*o)->why && o->use_count() > 1) at.waiting_.push_front(*o);
                (*o)->woken.cancel();
            }
            at.wake_next();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
    };

    runtime::task<> look_once() {
        const turn now(*this);
        std::vector<Key> keys;
        for (const auto& o : now.whom)
            keys.push_back(o->key);
        std::exception_ptr why;
        try {
            auto found = co_await look_(std::move(keys));
            for (std::size_t i = 0; i < found.size(); ++i)
                now.whom[i]->found = std::move(found[i]);
        } catch (const boost::system::system_error& e) {
            if (e.code() == boost::asio::error::operation_aborted) throw;
            why = std::current_exception();
        } catch (...) {
            why = std::current_exception();
        }
        if (why) fail(now.whom, why);
    }

    void wake_next() {
        if (!waiting_.empty()) waiting_.front()->woken.cancel();
    }

    void fail(const some& whom, const std::exception_ptr& why) {
        for (const auto& o : whom)
            o->why = why;
        for (const auto& o : std::exchange(waiting_, {})) {
            o->why = why;
            o->woken.cancel();
        }
    }

    look look_;
    std::size_t most_;
    std::deque<std::shared_ptr<one>> waiting_;
    bool looking_ = false;
};

}  // namespace tidings::todo_be
