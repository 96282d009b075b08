#include "domain/write_set.hpp"

#include <algorithm>
#include <utility>

namespace tidings::todo_be {

namespace {

// The state of a to-do while the set is processed.
struct entry {
    std::int64_t read_version;
    std::optional<todo> state;  // nothing: removed by the set
    todo last;                  // its latest version, a removal's included
};

class set_builder {
  public:
    set_builder(const std::vector<todo>& current, ids::timestamp now, const event_format& format,
                const trace_context& trace)
        : now_(now), format_(format), trace_(trace) {
        for (const auto& t : current)
            entries_.push_back({t.version, t, t});
    }

    boost::system::error_code add(const create_todo& c) {
        auto t = new_todo(c.fields, now_);
        note(change::created, t, nullptr);
        decided_.created.push_back(std::move(t));
        return {};
    }

    template <class Change>
    boost::system::error_code add(const Change& wanted) {
        const auto e =
            std::find_if(entries_.begin(), entries_.end(), [&](const entry& x) { return x.last.id == wanted.id; });
        const auto before = e == entries_.end() ? std::nullopt : e->state;
        auto next = decide(wanted, before, now_);
        if (!next) return next.error();
        if (!next->what) {
            decided_.results.push_back({next->state, std::nullopt});
            return {};
        }
        note(*next->what, next->state, &*before);
        e->last = next->state;
        e->state = next->what == change::deleted ? std::nullopt : std::optional(std::move(next->state));
        return {};
    }

    set_decision take() {
        for (auto& e : entries_) {
            if (!e.state) {
                decided_.removed.push_back({std::move(e.last), e.read_version});
            } else if (e.last.version != e.read_version) {
                decided_.changed.push_back({std::move(e.last), e.read_version});
            }
        }
        return std::move(decided_);
    }

  private:
    void note(change what, const todo& now, const todo* before) {
        decided_.events.push_back(make_event(what, now, before, format_, trace_));
        decided_.results.push_back({now, decided_.events.back().id});
    }

    ids::timestamp now_;
    const event_format& format_;
    const trace_context& trace_;
    std::vector<entry> entries_;
    set_decision decided_;
};

}  // namespace

std::variant<set_decision, refused_write> decide(const write_set& set, const std::vector<todo>& current,
                                                 ids::timestamp now, const event_format& format,
                                                 const trace_context& trace) {
    set_builder builder(current, now, format, trace);
    for (std::size_t i = 0; i < set.size(); ++i) {
        const auto failure = std::visit([&](const auto& w) { return builder.add(w); }, set[i]);
        if (failure) return refused_write{i, failure};
    }
    return builder.take();
}

std::vector<ids::uuid> named_by(const write_set& set) {
    std::vector<ids::uuid> named;
    for (const auto& w : set) {
        if (const auto* c = std::get_if<change_todo>(&w)) named.push_back(c->id);
        if (const auto* r = std::get_if<remove_todo>(&w)) named.push_back(r->id);
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    return named;
}

}  // namespace tidings::todo_be
