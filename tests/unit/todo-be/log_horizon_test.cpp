// Which numbers of the event log are settled.
#include "feed/log_horizon.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

using names = std::vector<std::string>;

std::size_t ready(const std::vector<std::int64_t>& seqs, std::int64_t after, std::int64_t settled) {
    return log_horizon::count_ready(seqs, after, settled);
}

}  // namespace

TEST_CASE("numbers without a gap are ready, whoever is writing") {
    CHECK(ready({}, 0, 0) == 0);
    CHECK(ready({1, 2, 3}, 0, 0) == 3);
    CHECK(ready({8, 9}, 7, 0) == 2);
}

TEST_CASE("a missing number holds back what is behind it until it is settled") {
    CHECK(ready({1, 3, 4}, 0, 0) == 1);
    CHECK(ready({1, 3, 4}, 0, 1) == 1);
    CHECK(ready({1, 3, 4}, 0, 2) == 3);
    CHECK(ready({5}, 0, 3) == 0);
    CHECK(ready({5}, 0, 4) == 1);
    CHECK(ready({3, 6, 7}, 0, 4) == 1);
}

TEST_CASE("without writers everything drawn is settled") {
    log_horizon h;
    CHECK(h.settled() == 0);
    h.looked(h.before_look(), 7, {});
    CHECK(h.settled() == 7);
}

TEST_CASE("what was drawn before a look is settled when its writers have ended") {
    log_horizon h;
    h.looked(h.before_look(), 7, {"a", "b"});
    CHECK(h.settled() == 0);
    h.looked(h.before_look(), 9, {"b", "c"});
    CHECK(h.settled() == 0);
    h.looked(h.before_look(), 12, {"c", "d"});
    CHECK(h.settled() == 7);
    h.looked(h.before_look(), 15, {"e"});
    CHECK(h.settled() == 12);
}

TEST_CASE("a look that was overtaken says nothing of the writers seen since") {
    log_horizon h;
    const auto early = h.before_look();
    h.looked(h.before_look(), 7, {"a"});
    h.looked(early, 6, {"z"});  // at that time "a" had not begun
    CHECK(h.settled() == 0);
    h.looked(early, 5, {});
    CHECK(h.settled() == 5);
    h.looked(h.before_look(), 9, {"b"});
    CHECK(h.settled() == 7);
}

TEST_CASE("a log that went back while its writers were waited for is another one") {
    log_horizon h;
    h.looked(h.before_look(), 900, {});
    h.looked(h.before_look(), 1'000, {"3/7"});
    h.looked(h.before_look(), 960, {"5/2"});  // of another server: its writers are none of those
    CHECK(h.settled() == 0);
    h.looked(h.before_look(), 961, {});
    CHECK(h.settled() == 961);
}

TEST_CASE("a log that went back is another one") {
    log_horizon h;
    h.looked(h.before_look(), 100, {});
    h.looked(h.before_look(), 40, {"a"});
    CHECK(h.settled() == 0);
    h.looked(h.before_look(), 41, {"b"});
    CHECK(h.settled() == 40);
}

namespace {

// Writers draw numbers, and commit or give up in any order; looks overtake each other.
class history {
  public:
    explicit history(unsigned seed) : random_(seed) {}

    void step() {
        write();
        end_some();
        look();
        read();
    }
    // Every event up to the position was given out.
    bool is_whole() const {
        return std::all_of(visible_.begin(), visible_.end(),
                           [this](auto seq) { return seq > position_ || given_.contains(seq); });
    }
    void commit_all() {
        for (const auto& [name, numbers] : open_)
            visible_.insert(numbers.begin(), numbers.end());
    }
    std::size_t given() const { return given_.size(); }

  private:
    bool chance(unsigned of) { return random_() % of == 0; }

    void write() {
        if (chance(3) && open_.size() < 5) open_["t" + std::to_string(names_used_++)];
        for (auto& [name, numbers] : open_)
            if (chance(4)) numbers.push_back(++drawn_);
    }

    void end_some() {
        for (auto i = open_.begin(); i != open_.end();) {
            if (!chance(6)) {
                ++i;
                continue;
            }
            if (!chance(4)) visible_.insert(i->second.begin(), i->second.end());
            i = open_.erase(i);
        }
    }

    void look() {
        if (chance(2)) {
            looks_.push_back({horizon_.before_look(), drawn_, {}});
            for (const auto& [name, numbers] : open_)
                looks_.back().writers.push_back(name);
        }
        if (looks_.empty() || chance(2)) return;
        const auto at = looks_.begin() + static_cast<std::ptrdiff_t>(random_() % looks_.size());
        std::sort(at->writers.begin(), at->writers.end());
        horizon_.looked(at->ticket, at->last, at->writers);
        looks_.erase(at);
    }

    void read() {
        const std::vector<std::int64_t> seqs(visible_.upper_bound(position_), visible_.end());
        const auto n = ready(seqs, position_, horizon_.settled());
        given_.insert(seqs.begin(), seqs.begin() + static_cast<std::ptrdiff_t>(n));
        if (n > 0) position_ = seqs[n - 1];
    }

    struct asked_look {
        log_horizon::ticket ticket;
        std::int64_t last;
        names writers;
    };
    std::mt19937 random_;
    log_horizon horizon_;
    std::int64_t drawn_ = 0, position_ = 0;
    int names_used_ = 0;
    std::map<std::string, std::vector<std::int64_t>> open_;
    std::set<std::int64_t> visible_, given_;
    std::vector<asked_look> looks_;
};

}  // namespace

TEST_CASE("in any order of commits no event is passed over") {
    for (unsigned seed = 0; seed < 300; ++seed) {
        history h(seed);
        for (int step = 0; step < 400; ++step)
            h.step();
        h.commit_all();
        REQUIRE(h.is_whole());
        REQUIRE(h.given() > 50);
    }
}
