// The pump against a model of the database and the stream, in random orders of all events.
#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "relay/relay_pump.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;
using namespace std::chrono_literals;
using tidings::ids::uuid;

namespace {

class world {
  public:
    explicit world(unsigned seed) : random_(seed) {
        pump_.connected();
        pump_.lead(now_, 0);
    }

    void run(int turns) {
        for (int i = 0; i < turns; ++i) {
            something_happens();
            if (one_in(3)) perform_next();
            now_ += std::chrono::microseconds(random_() % 4'000);
        }
    }
    // No new events; does everything that is due.
    void finish() {
        while (!offers_.empty())
            deliver_offer();
        for (int i = 0; i < 10'000 && !outbox_.empty(); ++i) {
            while (!on_their_way_.empty())
                acknowledge();
            perform_next();
            now_ += 20ms;
        }
    }
    std::size_t committed() const { return static_cast<std::size_t>(last_seq_); }
    std::size_t waiting() const { return outbox_.size(); }
    std::size_t stored() const { return stream_.size(); }
    int published_after_cleared = 0, out_of_order = 0, late_offers = 0;

  private:
    bool one_in(unsigned n) { return random_() % n == 0; }

    void something_happens() {
        switch (random_() % 6) {
            case 0:
                return commit_created(true);
            case 1:
                return commit_created(false);
            case 2:
                return commit_changed();
            case 3:
                if (!offers_.empty() && one_in(4)) deliver_offer();
                return;
            default:
                if (!on_their_way_.empty()) acknowledge();
        }
    }

    void commit(const uuid& todo, bool own) {
        const outbox_event e{.seq = ++last_seq_, .id = uuid::v7(), .todo_id = todo, .type = "t", .payload = "p"};
        outbox_.emplace(e.seq, e);
        if (own) {
            offers_.push_back(e);
        } else if (!one_in(10)) {  // a notification can get lost
            pump_.wake(now_);
        }
    }
    void commit_created(bool own) {
        todos_.push_back(uuid::v7());
        commit(todos_.back(), own);
    }
    void commit_changed() {
        if (!todos_.empty()) commit(todos_[random_() % todos_.size()], false);
    }
    void deliver_offer() {
        late_offers += cleared_.contains(offers_.front().seq) ? 1 : 0;
        pump_.offer(now_, {offers_.front()});
        offers_.pop_front();
        publish();
    }
    void publish() {
        for (const auto* e : pump_.take_burst(now_)) {
            published_after_cleared += cleared_.contains(e->seq) ? 1 : 0;
            on_their_way_.push_back(*e);
        }
    }
    // Stored and acknowledged, stored without an ack, or lost.
    void acknowledge() {
        const auto chosen = on_their_way_.begin() + static_cast<std::ptrdiff_t>(random_() % on_their_way_.size());
        const auto e = *chosen;
        on_their_way_.erase(chosen);
        const bool lost = one_in(8);
        if (!lost && stream_.insert(e.seq).second) {
            auto& last = last_of_[e.todo_id.str()];
            out_of_order += e.seq < last ? 1 : 0;
            last = e.seq;
        }
        if (lost || one_in(8)) {
            pump_.failed(now_, e.seq, one_in(2), 0.5);
        } else {
            pump_.stored(now_, e.seq);
        }
        publish();
    }

    void perform_next() {
        const auto step = pump_.next(now_);
        if (step.at > now_) return;
        if (step.what == relay_step::publish) publish();
        if (step.what == relay_step::check_stream) pump_.checked_stream(now_, !one_in(5), false);
        if (step.what == relay_step::clear) clear();
        if (step.what == relay_step::read) read();
        pump_.confirmed(now_);
    }
    void meanwhile() {
        for (auto n = random_() % 4; n > 0; --n)
            something_happens();
    }
    void read() {
        const auto held = pump_.start_read();
        meanwhile();
        std::vector<outbox_event> rows;
        for (const auto& [seq, e] : outbox_) {
            if (rows.size() < relay_pump::read_batch && std::find(held.begin(), held.end(), seq) == held.end())
                rows.push_back(e);
        }
        meanwhile();
        pump_.finish_read(now_, std::move(rows));
        publish();
    }
    void clear() {
        const auto seqs = pump_.stored();
        for (const auto seq : seqs) {
            outbox_.erase(seq);
            cleared_.insert(seq);
        }
        pump_.cleared(now_, seqs);
    }

    std::mt19937 random_;
    relay_pump pump_;
    relay_pump::time_point now_{std::chrono::hours(1)};
    std::int64_t last_seq_ = 0;
    std::map<std::int64_t, outbox_event> outbox_;
    std::set<std::int64_t> cleared_, stream_;
    std::deque<outbox_event> offers_;  // committed, the reply not processed yet
    std::vector<outbox_event> on_their_way_;
    std::vector<uuid> todos_;
    std::map<std::string, std::int64_t> last_of_;
};

}  // namespace

TEST_CASE(
    "in any order of commits, offers, acks, losses and reads every event is stored in order, and none after it was "
    "cleared") {
    int late_offers = 0;
    for (unsigned seed = 0; seed < 50; ++seed) {
        world w(seed);
        w.run(2'000);
        w.finish();
        INFO("seed " << seed);
        CHECK(w.waiting() == 0);
        CHECK(w.stored() == w.committed());
        CHECK(w.published_after_cleared == 0);
        CHECK(w.out_of_order == 0);
        late_offers += w.late_offers;
    }
    CHECK(late_offers > 100);  // else they are not tested
}
